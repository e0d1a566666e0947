/** The program's language: as started, else as chosen before, else as the system has it. */
import { type Language, type Translate, languageFor, translator } from '@shared/i18n';
import type { SettingsFile } from './settings';

/** The language, and a way to change it. */
export interface LanguageChoice {
  readonly current: () => Language;
  /** Words in the current language. */
  readonly t: () => Translate;
  /** Takes another one, and remembers it. */
  readonly choose: (language: Language) => Promise<void>;
}

/**
 * Settles the language.
 *
 * @param given by the command line
 * @param systemTags the system's languages as BCP 47 tags, the preferred one first
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
