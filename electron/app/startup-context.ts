/** Startup inputs, and the objects available once the app is running. */
import type { DiagnosisSession } from '../services/diagnosis-session';
import type { AppPaths } from './app-paths';
import type { WindowArguments } from './arguments';
import type { LanguageChoice } from './language';
import type { SettingsFile } from './settings';

/** Startup inputs. */
export interface StartupContext {
  readonly started: WindowArguments;
  readonly folders: AppPaths;
  readonly settings: SettingsFile;
  readonly language: LanguageChoice;
  readonly logFile: string;
}

/** The parts of the running app that a self-test uses. */
export interface RunningApp {
  readonly diagnosisSession: DiagnosisSession;
  /** Tells the page to start a diagnosis, as the menu does. */
  readonly diagnose: () => void;
}
