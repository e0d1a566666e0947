/** The UI language: from the command line, the saved setting or the system, in that order. */
import { type Language, type Translate, languageFor, translator } from '@shared/i18n';
import type { SettingsFile } from './settings';

/** The current language, and a function that changes it. */
export interface LanguageChoice {
  readonly current: () => Language;
  /** Translator for the current language. */
  readonly t: () => Translate;
  /** Switches the language and saves it. */
  readonly choose: (language: Language) => Promise<void>;
}

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
): LanguageChoice {
  let current = given ?? settings.current().language ?? languageFor(systemTags[0] ?? 'en');
  return {
    current: () => current,
    t: () => translator(current),
    choose: (language) => {
      current = language;
      return settings.change({ language });
    },
  };
}
