/** The UI language: from the command line, the saved setting or the system, in that order. */
import { type Language, languageFor, translator } from '@shared/i18n';
import type { SettingsFile } from './settings';

/** The current language, and a function that changes it. */
export type LanguageChoice = ReturnType<typeof resolveLanguage>;

/**
 * Determines the initial language.
 *
 * @param given language from the command line
 * @param systemTags the system's languages as BCP 47 tags, most preferred first
 */
export function resolveLanguage(
  settings: SettingsFile,
  given: Language | null,
  systemTags: readonly string[],
) {
  let current = given ?? settings.current().language ?? languageFor(systemTags[0] ?? 'en');
  return {
    current: () => current,
    /** Translator for the current language. */
    t: () => translator(current),
    /** Switches the language and saves it. */
    choose: (language: Language): Promise<void> => {
      current = language;
      return settings.change({ language });
    },
  };
}
