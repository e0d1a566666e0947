/**
 * The complete IPC contract between the window and the main process, as one table: every request with the schema of its
 * parameters and the type of its response. The renderer imports types only.
 *
 * Only IDs and typed parameters cross this boundary: no commands, paths, registry keys or URLs.
 */
import { z } from 'zod';
import { FIX_IDS, type FixId, PROCEDURE_IDS, type ProcedureId } from './catalog';
import { journalId } from './change-schemas';
import type { RunEvent } from './diagnosis';
import {
  MAX_ROWS_PER_REQUEST,
  type FleetProgressView,
  type FleetRow,
  type FleetView,
} from './fleet-view';
import { LANGUAGES, type Language } from './language';
import { MAX_FILE_BYTES } from './max-file-size';
import type {
  FixProgress,
  FormView,
  JournalView,
  OutcomeView,
  PlanProblem,
  PlanView,
} from './plan';
import type { Report } from './report';
import { REPORT_FORMATS } from './report-formats';
import { THEMES } from './themes';
import type {
  TreatmentOutcomeView,
  TreatmentProgress,
  TreatmentUndoView,
  TreatmentView,
} from './treatment';

const fixId = z.enum(FIX_IDS);
const text = (max: number) => z.string().max(max);

/** Form values as the window sends them; the fix's own schema validates them. */
const parameters = z.record(
  z.string().regex(/^[a-zA-Z]{1,32}$/),
  z.union([text(1024), z.number(), z.boolean(), z.array(text(256)).max(64)]),
);

/** The settings that the window shows and changes. */
const settings = z.strictObject({
  theme: z.enum(THEMES),
  /** Whether this PC is diagnosed as soon as the window opens. */
  diagnosesByItself: z.boolean(),
});

/** Everything the window needs before it can show anything. */
export interface AppInfo {
  readonly version: string;
  readonly language: Language;
  readonly settings: Readonly<z.infer<typeof settings>>;
  /** Source of the facts. */
  readonly source:
    | { readonly kind: 'this-pc' }
    | { readonly kind: 'network' }
    | { readonly kind: 'scenario'; readonly title: string }
    /** Another computer, from its own facts line: diagnosed and rehearsed here, changed only there. */
    | {
        readonly kind: 'facts';
        readonly computer: string;
        /** When the computer wrote its line, ISO 8601, UTC. */
        readonly at: string;
      }
    | {
        readonly kind: 'report';
        readonly computer: string;
        /** ISO 8601, UTC. */
        readonly at: string;
        /** Its sentences stay in the language they were written in. */
        readonly report: Report;
      };
  /** Whether the app was started with many computers, which the window then reads immediately. */
  readonly startsOnFleet: boolean;
  readonly elevated: boolean;
  /** Why fixes can't be applied from here, e.g. a program folder that users can write to; null if they can. */
  readonly repairRefusal: string | null;
}

/** A training case bundled with the app. */
export interface ExampleCase {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** A search result. */
export interface SearchHit {
  readonly kind: 'action' | 'code' | 'event' | 'fix' | 'procedure' | 'verdict';
  /** `0xC004F074`, an event number, or the ID of the item. */
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  /** For an error code: all causes and the remedy. */
  readonly sections: readonly { readonly heading: string; readonly lines: readonly string[] }[];
  readonly fixes: readonly FixId[];
  /** The procedure whose card it opens; null if none. */
  readonly procedure: ProcedureId | null;
}

/** Search results: the best hits, and the total number. */
export interface SearchResult {
  readonly hits: readonly SearchHit[];
  readonly total: number;
}

/** Result of an action with files that the user canceled, or that failed. */
export type NotDone =
  { readonly outcome: 'cancelled' } | { readonly outcome: 'failed'; readonly message: string };

/** Result of an action that started with a file dialog. */
export type FileOutcome = { readonly outcome: 'done'; readonly name: string } | NotDone;

/** Result of opening a text or file that should contain a computer. */
export type OpenOutcome =
  { readonly outcome: 'opened'; readonly info: AppInfo } | { readonly outcome: 'many' } | NotDone;

/** Result of opening many computers; `stopped`: the user stopped reading. */
export type FleetOutcome = { readonly outcome: 'opened' | 'stopped' } | NotDone;

/** Results of attempts to change the PC that changed nothing. */
export type Unfinished =
  /** The user declined the native confirmation or the UAC prompt. */
  | { readonly outcome: 'declined'; readonly by: 'confirmation' | 'uac' }
  /** The plan would differ from the one shown, so it must be reviewed first. */
  | { readonly outcome: 'stale' }
  | {
      readonly outcome: 'refused';
      readonly message: string;
      /** The repair session can't do it, but the app can if started as an admin. */
      readonly restart?: boolean;
    };

/** Result of an attempt to change the PC. */
export type ChangeReply<Result> =
  { readonly outcome: 'finished'; readonly result: Result } | Unfinished;

/** Result of an attempt to apply or undo a fix. */
export type ApplyOutcome = ChangeReply<OutcomeView>;

/** The treatment for the last verdict, or why there is none. */
export type TreatmentAnswer =
  | { readonly treatment: TreatmentView }
  /** E.g. why a host name is invalid. */
  | { readonly problem: string };

/** A request with these parameters and, after `.answers`, the type of its response; nothing by default. */
const request = <Shape extends z.ZodRawShape>(shape: Shape) => ({
  answers: <Answer = void>() => ({
    request: z.strictObject(shape),
    answer: undefined as unknown as Answer,
  }),
});
const nothing = request({});

/** ID of a fleet list: the ID of a cause, or one of the other lists. */
const fleetList = z
  .string()
  .regex(/^([0-9a-f]{12}|(healthy|ending|unreadable|same-client-id|not-reached)-\d{1,6})$/);

/** IDs of the links that the app may open; the addresses are in `electron/app/links-table.ts`. */
const LINK_IDS = [...PROCEDURE_IDS, 'error-codes', 'client-setup-keys'] as const;
/** ID of a link. */
export type LinkId = (typeof LINK_IDS)[number];

/** Every request, by channel name `domain:verb`. */
export const REQUESTS = {
  /** The window's first call. */
  'app:info': nothing.answers<AppInfo>(),
  'app:set-language': request({ language: z.enum(LANGUAGES) }).answers<AppInfo>(),
  'app:set-settings': request(settings.shape).answers<AppInfo>(),
  /** Returns from a report or simulated PC to this PC. */
  'app:this-pc': nothing.answers<AppInfo>(),
  'app:open-log': nothing.answers<{ readonly outcome: 'opened' } | NotDone>(),
  'app:restart-elevated': nothing.answers<{ readonly started: boolean }>(),
  /** Starts a diagnosis; `run:event` reports progress. */
  'run:start': nothing.answers<{ readonly started: boolean }>(),
  'run:stop': nothing.answers<{ readonly stopped: boolean }>(),
  'fix:form': request({ fix: fixId }).answers<FormView | PlanProblem>(),
  /** Validates the form and plans the fix; called while the user types. */
  'fix:plan': request({ fix: fixId, parameters }).answers<PlanView | PlanProblem>(),
  /** Plans again, shows the native confirmation, applies and re-checks; `fix:progress` reports progress. */
  'fix:apply': request({ fix: fixId, parameters, digest: text(128) }).answers<ApplyOutcome>(),
  /**
   * Rehearses a treatment on a copy of the PC in the state found by the last run. If the user names KMS hosts, the PC
   * is diagnosed again to probe them.
   */
  'treatment:plan': request({ kmsHosts: z.array(text(255)).max(8) }).answers<TreatmentAnswer>(),
  /**
   * Diagnoses and rehearses again, shows the native confirmation, then applies the steps in order; `treatment:progress`
   * reports progress.
   */
  'treatment:apply': request({ digest: text(128) }).answers<ChangeReply<TreatmentOutcomeView>>(),
  /** Stops before the next step. */
  'treatment:stop': nothing.answers<{ readonly stopped: boolean }>(),
  'treatment:undo': request({ treatment: journalId }).answers<ChangeReply<TreatmentUndoView>>(),
  'journal:list': nothing.answers<JournalView>(),
  'journal:undo': request({ entry: journalId }).answers<ApplyOutcome>(),
  'report:ticket': nothing.answers<string>(),
  'report:save': request({ format: z.enum(REPORT_FORMATS) }).answers<FileOutcome>(),
  /** Opens a report or a scenario with a file dialog. */
  'file:open': nothing.answers<OpenOutcome>(),
  /** A file dropped on the window: its text, never its path. */
  'file:dropped': request({ name: text(255), text: text(MAX_FILE_BYTES) }).answers<OpenOutcome>(),
  /** Opens the computer whose facts line is in the text. */
  'facts:open': request({ text: text(1_000_000) }).answers<OpenOutcome>(),
  /** Returns the facts line of the last diagnosis; empty if there is none. */
  'facts:line': nothing.answers<string>(),
  /**
   * Opens many computers with a file dialog, or the file for which `file:open` returned `many`; `fleet:progress`
   * reports progress.
   */
  'fleet:open': request({ from: z.enum(['folder', 'files', 'opened']) }).answers<FleetOutcome>(),
  /**
   * Files dropped on the window: their texts, never their paths, split into several requests if necessary (`goesOn`:
   * continues the previous file).
   */
  'fleet:dropped': request({
    files: z
      .array(z.strictObject({ name: text(255), text: text(4_000_000), goesOn: z.boolean() }))
      .max(500),
    part: z.enum(['first', 'next']),
    isLast: z.boolean(),
  }).answers<FleetOutcome | { readonly outcome: 'more' }>(),
  'fleet:stop': nothing.answers<{ readonly stopped: boolean }>(),
  /** Discards the computers that were opened. */
  'fleet:close': nothing.answers(),
  /** Returns the open fleet, filtered; null if none is open. */
  'fleet:view': request({ filter: text(200) }).answers<FleetView | null>(),
  'fleet:rows': request({
    list: fleetList,
    filter: text(200),
    from: z.int().min(0).max(10_000_000),
    count: z.int().min(1).max(MAX_ROWS_PER_REQUEST),
  }).answers<readonly FleetRow[]>(),
  /** Opens a computer by its index in a list. */
  'fleet:computer': request({
    list: fleetList,
    index: z.int().min(0).max(10_000_000),
  }).answers<OpenOutcome>(),
  /** Copies the names in a list, or the sentence about a cause for a ticket, to the clipboard. */
  'fleet:copy': request({
    list: fleetList,
    filter: text(200),
    what: z.enum(['names', 'sentence']),
  }).answers<{ readonly count: number }>(),
  'fleet:save-page': nothing.answers<FileOutcome>(),
  'case:list': nothing.answers<readonly ExampleCase[]>(),
  'case:open': request({ id: z.string().regex(/^[a-z0-9-]{1,64}$/) }).answers<AppInfo>(),
  'search:find': request({ text: text(4000) }).answers<SearchResult>(),
  /** Copies a text that the app generated to the clipboard. */
  'text:copy': request({ text: text(1_000_000) }).answers(),
  'text:save': request({ text: text(1_000_000) }).answers<FileOutcome>(),
  /** Shows the last saved file in its folder. */
  'file:show-saved': nothing.answers(),
  'link:open': request({ link: z.enum(LINK_IDS) }).answers(),
} as const;

/** Name of a request. */
export type RequestName = keyof typeof REQUESTS;
/** Parameters of a request. */
export type RequestOf<N extends RequestName> = z.infer<(typeof REQUESTS)[N]['request']>;
/** Response to a request. */
export type AnswerOf<N extends RequestName> = (typeof REQUESTS)[N]['answer'];

/** Texts from the locale files, by language and key. */
export type PageWords = Readonly<Record<Language, Readonly<Record<string, string>>>>;

/** Every event from the main process, by channel name. */
export interface EventTable {
  /** Batched, with at most one batch per frame. */
  readonly 'run:event': readonly RunEvent[];
  /** Texts that upcoming events need and the page doesn't have yet. */
  readonly 'app:words': PageWords;
  readonly 'fix:progress': FixProgress;
  readonly 'treatment:progress': TreatmentProgress;
  readonly 'fleet:progress': FleetProgressView;
  /** A menu command for the window. */
  readonly 'app:command':
    | 'diagnose'
    | 'search'
    | 'try-case'
    | 'settings'
    | 'open-file'
    | 'open-folder'
    | 'open-files'
    | 'paste-facts';
  /** The source changed from outside the window (menu, command line). */
  readonly 'app:changed': AppInfo;
}

/** Name of an event. */
export type EventName = keyof EventTable;

/** The API that the preload exposes as `window.kmsDoctor`, with one method per request. */
export interface Bridge {
  readonly request: {
    readonly [N in RequestName]: (request: RequestOf<N>) => Promise<AnswerOf<N>>;
  };
  /** Adds a listener; the returned function removes it. */
  readonly on: {
    readonly [N in EventName]: (listener: (event: EventTable[N]) => void) => () => void;
  };
}

/** A refused request. The renderer learns no internal details. */
export interface IpcRefusal {
  readonly refused: 'sender' | 'request' | 'failed';
}

/** A response on the channel itself, below the bridge. */
export type IpcReply = { readonly answer: unknown } | IpcRefusal;
