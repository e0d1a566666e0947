/** The language of the system, where the command line names none. */
import { systemLocale } from '@shared/system-locale';

/** A language as BCP 47 tag or locale: by the usual variables, else the one in which Windows shows itself. */
export async function systemLanguage(): Promise<string> {
  const variable = process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'];
  if (variable) return variable;
  if (process.platform !== 'win32') return systemLocale();
  const { ownDisplayLanguage } = await import('../computer/windows/this-process');
  return (await ownDisplayLanguage()) ?? systemLocale();
}
