/** Interface between the request handlers and the rest of the program, free of Electron. */
import type { Language } from '@shared/i18n';
import type {
  AppInfo,
  EventTable,
  ExampleCase,
  FileOutcome,
  LINK_IDS,
  RequestOf,
} from '@shared/ipc';
import type { DiagnosisSession } from '../services/diagnosis-session';
import type { ShownChanges } from '../elevation/fix-handler';
import type { Fleet, FleetSource } from '../fleet/fleet';
import type { FleetPlaces, FleetService } from '../services/fleet-service';
import type { FixServiceFor } from '../services/sources';

/** A file that was opened or dropped. */
export interface OpenedText {
  readonly name: string;
  readonly text: string;
}

/** Why a file wasn't opened. */
type UnopenedFile = Exclude<FileOutcome, { outcome: 'done' }>;

/** Format in which a report is saved. */
export type ReportFormat = RequestOf<'report:save'>['format'];

/** Dependencies of the handlers, free of Electron. */
export interface HandlerContext {
  readonly diagnosisSession: DiagnosisSession;
  readonly version: string;
  language(): Language;
  setLanguage(language: Language): Promise<void>;
  settings(): AppInfo['settings'];
  /** Applies and saves settings. */
  changeSettings(values: AppInfo['settings']): Promise<void>;
  /** Whether the program was started with `--fleet`. */
  readonly startsOnFleet: boolean;
  /** Whether this process has administrator rights. */
  readonly elevated: boolean;
  /** The localized reason fixes can't be applied from here; null if they can. */
  repairRefusal(): string | null;
  /** Creates the fix service of each computer that is opened. */
  readonly fixesFor: FixServiceFor;
  readonly fleet: FleetService;
  /** Prompts for a folder or files of a fleet, or returns the last opened file; null if canceled. */
  chooseMany(from: RequestOf<'fleet:open'>['from']): Promise<readonly string[] | null>;
  /**
   * Stores dropped files on disk; the first part of a drop discards the previous one. Null if they exceed the limits.
   */
  keepDropped(
    files: RequestOf<'fleet:dropped'>['files'],
    isFirst: boolean,
  ): Promise<FleetPlaces | null>;
  /** Reads the source of a fleet computer: a file, or one line of it. */
  readSource(source: FleetSource): Promise<OpenedText | UnopenedFile>;
  /** Generates the fleet's web page in chunks. */
  renderFleet(fleet: Fleet): Promise<Iterable<string>>;
  openLog(): Promise<FileOutcome>;
  restartElevated(): Promise<boolean>;
  /** Prompts for a file and reads it; a failure has a localized reason. */
  openFile(): Promise<OpenedText | UnopenedFile>;
  /** Prompts for a destination and writes the file. */
  saveFile(
    extension: string,
    kind: 'text' | 'html' | 'pdf' | 'json',
    contents: () => Promise<string | Uint8Array | Iterable<string>>,
    about?: string,
  ): Promise<FileOutcome>;
  /** Shows the last saved file in its folder, if there is one. */
  showSaved(): Promise<void>;
  /** Renders the completed diagnosis in a report format. */
  render(format: ReportFormat): Promise<string | Uint8Array>;
  /** The short text for a ticket; empty before the first diagnosis. */
  ticket(): Promise<string>;
  cases(): readonly ExampleCase[];
  caseDocument(id: string): unknown;
  /** Shows the native confirmation of changes of the window's PC. */
  readonly confirm: (shown: ShownChanges) => Promise<boolean>;
  copy(text: string): Promise<void>;
  openLink(link: (typeof LINK_IDS)[number]): Promise<void>;
  readonly emit: <Name extends keyof EventTable>(name: Name, event: EventTable[Name]) => void;
}
