/** What the handlers need of the program around them; nothing of Electron's. */
import type { FixId } from '@shared/catalogue';
import type { Language } from '@shared/i18n';
import type {
  AppInfo,
  EventTable,
  ExampleCase,
  FileOutcome,
  LINK_IDS,
  RequestOf,
} from '@shared/ipc';
import type { ScenarioFile } from '@shared/scenario';
import type { DiagnosisSession, Source } from '../services/diagnosis-session';
import type { ConfirmedStep } from '../services/fix-service';
import type { Fleet, FleetSource } from '../fleet/fleet';
import type { FleetPlaces, FleetService } from '../services/fleet-service';

/** A file as it was opened or dropped. */
export interface OpenedText {
  readonly name: string;
  readonly text: string;
}

/** Why a file was not opened. */
type UnopenedFile = Exclude<FileOutcome, { outcome: 'done' }>;

/** In which form a report is saved. */
export type ReportFormat = RequestOf<'report:save'>['format'];

/** What the handlers need of the program around them; nothing of Electron's. */
export interface HandlerContext {
  readonly diagnosisSession: DiagnosisSession;
  readonly version: string;
  language(): Language;
  setLanguage(language: Language): Promise<void>;
  settings(): AppInfo['settings'];
  /** Takes other settings, and remembers them. */
  changeSettings(values: AppInfo['settings']): Promise<void>;
  /** Whether the program was started on many computers. */
  readonly startsOnFleet: boolean;
  /** Whether this process holds administrator rights. */
  readonly elevated: boolean;
  /** Why fixes cannot be applied from here, in words; null when they can. */
  repairRefusal(): string | null;
  /** This PC, or the network where there is no Windows. */
  thisPc(): Promise<Source>;
  simulated(scenario: ScenarioFile, title: string): Source;
  /** A computer by its facts; `computer` is its name where they have none. */
  facts(facts: ScenarioFile, computer: string): Source;
  readonly fleet: FleetService;
  /** Asks for a folder or files of many computers, or takes the file that was opened last; null when cancelled. */
  chooseMany(from: RequestOf<'fleet:open'>['from']): Promise<readonly string[] | null>;
  /** Keeps dropped files where they can be read; with the first part of them those before it are forgotten. Null: too much. */
  keepDropped(
    files: RequestOf<'fleet:dropped'>['files'],
    isFirst: boolean,
  ): Promise<FleetPlaces | null>;
  /** Reads what a computer of the fleet was read from: a file, or a line of one. */
  readSource(source: FleetSource): Promise<OpenedText | UnopenedFile>;
  /** The web page of a fleet, in pieces. */
  renderFleet(fleet: Fleet): Promise<Iterable<string>>;
  openLog(): Promise<FileOutcome>;
  restartElevated(): Promise<boolean>;
  /** Asks for a file and reads it; a failure says why in words. */
  openFile(): Promise<OpenedText | UnopenedFile>;
  /** Asks where to, and writes there. */
  saveFile(
    extension: string,
    kind: 'text' | 'html' | 'pdf' | 'json',
    contents: () => Promise<string | Uint8Array | Iterable<string>>,
    about?: string,
  ): Promise<FileOutcome>;
  /** Shows the file that was saved last, in its folder; nothing where none was. */
  showSaved(): Promise<void>;
  /** A finished diagnosis in one of the forms it is saved in. */
  render(format: ReportFormat): Promise<string | Uint8Array>;
  /** The short text for the ticket; empty before the first diagnosis. */
  ticket(): Promise<string>;
  cases(): readonly ExampleCase[];
  caseDocument(id: string): unknown;
  confirm(kind: 'fix' | 'undo', fix: FixId, changes: readonly string[]): Promise<boolean>;
  /** @param differs whether it is another treatment than the one that was shown */
  confirmTreatment(
    kind: 'treatment' | 'undo-treatment',
    steps: readonly ConfirmedStep[],
    differs: boolean,
  ): Promise<boolean>;
  copy(text: string): Promise<void>;
  openLink(link: (typeof LINK_IDS)[number]): Promise<void>;
  emit<Name extends keyof EventTable>(name: Name, event: EventTable[Name]): void;
}
