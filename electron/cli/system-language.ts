/** The system language, used if the command line doesn't name one. */
import { systemLocale } from '@shared/system-locale';

/** Returns a BCP 47 tag or locale: from the usual environment variables, otherwise the Windows display language. */
export async function systemLanguage(): Promise<string> {
  const variable = process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'];
  if (variable) return variable;
  if (process.platform !== 'win32') return systemLocale();
  const { ownDisplayLanguage } = await import('../computer/windows/this-process');
  return (await ownDisplayLanguage()) ?? systemLocale();
}
