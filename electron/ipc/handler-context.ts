/** Interface between the request handlers and the rest of the program, free of Electron. */
import type { Translate } from '@shared/i18n';
import type { AppInfo, EventTable, FileOutcome, NotDone, RequestOf } from '@shared/ipc';
import type { DiagnosisSession, Source } from '../services/diagnosis-session';
import type { ShownChanges } from '../elevation/operations';
import type { Fleet, FleetSource } from '../fleet/fleet';
import type { FleetPlaces, FleetService } from '../services/fleet-service';
import type { FixServiceFor } from '../services/sources';

/** A file that was opened or dropped. */
export interface OpenedText {
  readonly name: string;
  readonly text: string;
}

/** Dependencies of the handlers, free of Electron. */
export interface HandlerContext {
  readonly diagnosisSession: DiagnosisSession;
  /** Translator for the current language. */
  readonly t: () => Translate;
  /** Creates the fix service of each computer that is opened. */
  readonly fixesFor: FixServiceFor;
  readonly fleet: FleetService;
  /** Switches the window to another source. */
  openSource(source: Source): AppInfo;
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
  readSource(source: FleetSource): Promise<OpenedText | NotDone>;
  /** Generates the fleet's web page in chunks. */
  renderFleet(fleet: Fleet): Promise<Iterable<string>>;
  /** Prompts for a file and reads it; a failure has a localized reason. */
  openFile(): Promise<OpenedText | NotDone>;
  /**
   * Prompts for a destination and writes the file.
   *
   * @param about subject in the suggested name; this PC by default
   */
  saveFile(
    format: RequestOf<'report:save'>['format'],
    contents: () => Promise<string | Uint8Array | Iterable<string>>,
    about?: string,
  ): Promise<FileOutcome>;
  /** Shows the native confirmation of changes of the window's PC. */
  readonly confirm: (shown: ShownChanges) => Promise<boolean>;
  copy(text: string): Promise<void>;
  readonly emit: <Name extends keyof EventTable>(name: Name, event: EventTable[Name]) => void;
}
