/** What the program starts with, and what is there once it runs. */
import type { DiagnosisSession } from '../services/diagnosis-session';
import type { AppPaths } from './app-paths';
import type { WindowArguments } from './arguments';
import type { LanguageChoice } from './language';
import type { SettingsFile } from './settings';

/** What the program is opened with. */
export interface StartupContext {
  readonly started: WindowArguments;
  readonly folders: AppPaths;
  readonly settings: SettingsFile;
  readonly language: LanguageChoice;
  readonly logFile: string;
}

/** What a self-test looks at. */
export interface RunningApp {
  readonly diagnosisSession: DiagnosisSession;
  /** Has the page start a diagnosis, as the menu does. */
  readonly diagnose: () => void;
}
