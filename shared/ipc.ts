/**
 * The whole contract between the window and the privileged side, as one table: what may be asked, with a
 * schema for what is asked and the type of what comes back. The renderer imports types only.
 *
 * Ids and typed parameters cross this border, nothing else: no command, path, registry key or URL.
 */
import { z } from 'zod';
import { FIX_IDS, type FixId, PROCEDURE_IDS, type ProcedureId } from './catalogue';
import type { RunEvent } from './diagnosis';
import { MOST_ROWS, type FleetProgressView, type FleetRows, type FleetView } from './fleet-view';
import { LANGUAGES, type Language } from './language';
import { LARGEST_FILE } from './largest-file';
import type {
  FixProgress,
  FormView,
  JournalView,
  OutcomeView,
  PlanProblem,
  PlanView,
} from './plan';
import type { Report } from './report';
import { THEMES } from './themes';
import type {
  TreatmentOutcomeView,
  TreatmentProgress,
  TreatmentUndoView,
  TreatmentView,
} from './treatment';

const nothing = z.strictObject({});
const fixId = z.enum(FIX_IDS);
const text = (max: number) => z.string().max(max);

/** Values of a form as the window sends them; the fix's own schema judges them. */
const parameters = z.record(
  z.string().regex(/^[a-zA-Z]{1,32}$/),
  z.union([text(1024), z.number(), z.boolean(), z.array(text(256)).max(64)]),
);

/** What the window must know before it shows anything. */
export interface AppInfo {
  readonly version: string;
  readonly language: Language;
  readonly settings: {
    readonly theme: (typeof THEMES)[number];
    /** Whether this PC is diagnosed as soon as the window is there. */
    readonly diagnosesByItself: boolean;
  };
  /** Where the facts come from. */
  readonly source:
    | { readonly kind: 'this-pc' }
    | { readonly kind: 'network' }
    | { readonly kind: 'scenario'; readonly title: string }
    /** Another computer by its own facts line: diagnosed and rehearsed here, changed there alone. */
    | {
        readonly kind: 'facts';
        readonly computer: string;
        /** When it wrote its line, ISO 8601, UTC. */
        readonly at: string;
      }
    | {
        readonly kind: 'report';
        readonly computer: string;
        /** ISO 8601, UTC. */
        readonly at: string;
        readonly diagnosis: LoadedDiagnosis;
      };
  /** Whether the program was started on many computers: the window reads them at once. */
  readonly startsOnFleet: boolean;
  readonly elevated: boolean;
  /** Why fixes cannot be applied from here, e.g. a program folder that users can write; null when they can. */
  readonly repairRefusal: string | null;
}

/** A diagnosis out of a report file: its sentences are fixed in the language it was written in. */
export interface LoadedDiagnosis {
  readonly report: Report;
}

/** A case that comes with the program, for training. */
export interface ExampleCase {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** A hit of the search box. */
export interface SearchHit {
  readonly kind: 'action' | 'code' | 'event' | 'fix' | 'procedure' | 'verdict';
  /** `0xC004F074`, the number of an event, or the id of what it is. */
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  /** For a code: causes and remedy in full. */
  readonly sections: readonly { readonly heading: string; readonly lines: readonly string[] }[];
  readonly fixes: readonly FixId[];
  /** Whose card it leads to; null where it leads to none. */
  readonly procedure: ProcedureId | null;
}

/** What a search found: the best hits, and how many there are. */
export interface SearchResult {
  readonly hits: readonly SearchHit[];
  readonly total: number;
}

/** Result of something that a file dialog started. */
export type FileOutcome =
  | { readonly outcome: 'done'; readonly name: string }
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'failed'; readonly message: string };

/** What came of a text or file that ought to hold a computer. */
export type OpenOutcome =
  | FileOutcome
  | { readonly outcome: 'opened'; readonly info: AppInfo }
  | { readonly outcome: 'many' };

/** What came of opening many computers; `stopped`: a person ended the reading. */
export type FleetOutcome =
  | { readonly outcome: 'opened' | 'stopped' | 'cancelled' }
  | { readonly outcome: 'failed'; readonly message: string };

/** How an attempt to apply ended. */
export type ApplyOutcome =
  | { readonly outcome: 'finished'; readonly result: OutcomeView }
  /** The person said no to the native question, or to Windows' own. */
  | { readonly outcome: 'declined'; readonly by: 'confirmation' | 'uac' }
  /** Facts changed since the preview; a new plan is needed. */
  | { readonly outcome: 'stale' }
  | {
      readonly outcome: 'refused';
      readonly message: string;
      /** The repair session cannot do it; the program started as an administrator could. */
      readonly restart?: boolean;
    };

/** How what changes nothing ended. */
export type Unfinished = Exclude<ApplyOutcome, { outcome: 'finished' }>;

/** What can be done about the last verdict, or why that cannot be said. */
export type TreatmentAnswer =
  | { readonly treatment: TreatmentView }
  /** E.g. a name that is no host name, with the field it was typed into. */
  | { readonly problem: { readonly field: 'kmsHost' | null; readonly message: string } };

/** How an attempt at a treatment, or at taking one back, ended. */
export type TreatmentReply<Result> =
  | { readonly outcome: 'finished'; readonly result: Result }
  /** Another treatment than the one that was shown would be done; it has to be looked at first. */
  | Unfinished;

const request = <Schema extends z.ZodType, Answer>(schema: Schema, _answer?: Answer) => ({
  request: schema,
  answer: undefined as unknown as Answer,
});
const answers = <Answer>(): Answer => undefined as unknown as Answer;

/** A list of a fleet: of a cause by its id, or one of the lists besides. */
const fleetList = z
  .string()
  .regex(/^([0-9a-f]{12}|(healthy|ending|unreadable|same-client-id|not-reached)-\d{1,6})$/);

/** The links that the program may open, by id; the addresses stand in `electron/app/links.ts`. */
export const LINK_IDS = [...PROCEDURE_IDS, 'error-codes', 'client-setup-keys'] as const;

/** Every request, by channel name `domain:verb`. */
export const REQUESTS = {
  /** First call of the window. */
  'app:info': request(nothing, answers<AppInfo>()),
  'app:set-language': request(z.strictObject({ language: z.enum(LANGUAGES) }), answers<AppInfo>()),
  'app:set-settings': request(
    z.strictObject({ theme: z.enum(THEMES), diagnosesByItself: z.boolean() }),
    answers<AppInfo>(),
  ),
  /** Goes back from a report or simulated PC to this PC. */
  'app:this-pc': request(nothing, answers<AppInfo>()),
  'app:open-log': request(nothing, answers<FileOutcome>()),
  'app:restart-elevated': request(nothing, answers<{ readonly started: boolean }>()),
  /** Starts a diagnosis; progress comes by the event `run:event`. */
  'run:start': request(nothing, answers<{ readonly started: boolean }>()),
  'run:stop': request(nothing, answers<{ readonly stopped: boolean }>()),
  'fix:form': request(z.strictObject({ fix: fixId }), answers<FormView | PlanProblem>()),
  /** Judges the form and plans; called while the person types. */
  'fix:plan': request(
    z.strictObject({ fix: fixId, parameters }),
    answers<PlanView | PlanProblem>(),
  ),
  /** Plans anew, asks natively, applies, re-checks; progress comes by `fix:progress`. */
  'fix:apply': request(
    z.strictObject({ fix: fixId, parameters, digest: text(128) }),
    answers<ApplyOutcome>(),
  ),
  /**
   * Rehearses a treatment on a copy of the PC as the last run found it. With KMS hosts that a person names the PC is
   * diagnosed anew, so that they are tried.
   */
  'treatment:plan': request(
    z.strictObject({ kmsHosts: z.array(text(255)).max(8) }),
    answers<TreatmentAnswer>(),
  ),
  /** Diagnoses and rehearses anew, asks natively, does one step after the other; progress by `treatment:progress`. */
  'treatment:apply': request(
    z.strictObject({ digest: text(128) }),
    answers<TreatmentReply<TreatmentOutcomeView>>(),
  ),
  /** Stops before the next step. */
  'treatment:stop': request(nothing, answers<{ readonly stopped: boolean }>()),
  'treatment:undo': request(
    z.strictObject({ treatment: z.string().regex(/^[A-Za-z0-9-]{1,64}$/) }),
    answers<TreatmentReply<TreatmentUndoView>>(),
  ),
  'journal:list': request(nothing, answers<JournalView>()),
  'journal:undo': request(
    z.strictObject({ entry: z.string().regex(/^[A-Za-z0-9-]{1,64}$/) }),
    answers<ApplyOutcome>(),
  ),
  'report:ticket': request(nothing, answers<{ readonly text: string }>()),
  'report:save': request(
    z.strictObject({ format: z.enum(['html', 'pdf', 'json', 'text', 'case', 'case-anonymous']) }),
    answers<FileOutcome>(),
  ),
  /** Opens a report or a scenario by a file dialog. */
  'file:open': request(nothing, answers<OpenOutcome>()),
  /** A file dropped on the window: its text, never its path. */
  'file:dropped': request(
    z.strictObject({ name: text(255), text: text(LARGEST_FILE) }),
    answers<OpenOutcome>(),
  ),
  /** A text with a facts line in it: opens that computer. */
  'facts:open': request(z.strictObject({ text: text(1_000_000) }), answers<OpenOutcome>()),
  /** The facts line of the last diagnosis; empty where there is none. */
  'facts:line': request(nothing, answers<{ readonly text: string }>()),
  /**
   * Opens many computers by a file dialog, or the file that `file:open` has found to be about `many`; progress comes by
   * `fleet:progress`.
   */
  'fleet:open': request(
    z.strictObject({ from: z.enum(['folder', 'files', 'opened']) }),
    answers<FleetOutcome>(),
  ),
  /** Files dropped on the window: their texts, in as many requests as they need (`goesOn`: of the file before), never their paths. */
  'fleet:dropped': request(
    z.strictObject({
      files: z
        .array(z.strictObject({ name: text(255), text: text(4_000_000), goesOn: z.boolean() }))
        .max(500),
      part: z.enum(['first', 'next']),
      isLast: z.boolean(),
    }),
    answers<FleetOutcome | { readonly outcome: 'more' }>(),
  ),
  'fleet:stop': request(nothing, answers<{ readonly stopped: boolean }>()),
  /** Forgets the computers that were opened. */
  'fleet:close': request(nothing, answers<{ readonly done: true }>()),
  /** What is open, as far as the filter lets it through; null when nothing is. */
  'fleet:view': request(z.strictObject({ filter: text(200) }), answers<FleetView | null>()),
  'fleet:rows': request(
    z.strictObject({
      list: fleetList,
      filter: text(200),
      from: z.int().min(0).max(10_000_000),
      count: z.int().min(1).max(MOST_ROWS),
    }),
    answers<FleetRows>(),
  ),
  /** Opens a computer by its place in a list. */
  'fleet:computer': request(
    z.strictObject({ list: fleetList, index: z.int().min(0).max(10_000_000) }),
    answers<OpenOutcome>(),
  ),
  /** Puts the names of a list on the clipboard, or the sentence on a cause for a ticket. */
  'fleet:copy': request(
    z.strictObject({ list: fleetList, filter: text(200), what: z.enum(['names', 'sentence']) }),
    answers<{ readonly count: number }>(),
  ),
  'fleet:save-page': request(nothing, answers<FileOutcome>()),
  'case:list': request(nothing, answers<readonly ExampleCase[]>()),
  'case:open': request(
    z.strictObject({ id: z.string().regex(/^[a-z0-9-]{1,64}$/) }),
    answers<AppInfo>(),
  ),
  'search:find': request(z.strictObject({ text: text(4000) }), answers<SearchResult>()),
  /** Puts a text that the program made on the clipboard. */
  'text:copy': request(
    z.strictObject({ text: text(1_000_000) }),
    answers<{ readonly done: true }>(),
  ),
  'text:save': request(z.strictObject({ text: text(1_000_000) }), answers<FileOutcome>()),
  /** Shows the file that was saved last, in its folder. */
  'file:show-saved': request(nothing, answers<{ readonly done: true }>()),
  'link:open': request(
    z.strictObject({ link: z.enum(LINK_IDS) }),
    answers<{ readonly done: true }>(),
  ),
} as const;

/** Name of a request. */
export type RequestName = keyof typeof REQUESTS;
/** What is sent with a request. */
export type RequestOf<N extends RequestName> = z.infer<(typeof REQUESTS)[N]['request']>;
/** What comes back. */
export type AnswerOf<N extends RequestName> = (typeof REQUESTS)[N]['answer'];

/** Words out of the locale files, by language and key. */
export type PageWords = Readonly<Record<Language, Readonly<Record<string, string>>>>;

/** Every event from the privileged side, by channel name. */
export interface EventTable {
  /** Several at once: they are sent in batches of at most one a frame. */
  readonly 'run:event': readonly RunEvent[];
  /** What the events that come next say and the page has no words for. */
  readonly 'app:words': PageWords;
  readonly 'fix:progress': FixProgress;
  readonly 'treatment:progress': TreatmentProgress;
  readonly 'fleet:progress': FleetProgressView;
  /** The menu asks the window for something. */
  readonly 'app:command': {
    readonly command:
      | 'diagnose'
      | 'search'
      | 'try-case'
      | 'settings'
      | 'open-file'
      | 'open-folder'
      | 'open-files'
      | 'paste-facts';
  };
  /** The source changed from outside the window (menu, command line). */
  readonly 'app:changed': AppInfo;
}

/** Name of an event. */
export type EventName = keyof EventTable;

/** What the preload puts on `window.kmsDoctor`: one named method a request. */
export interface Bridge {
  readonly request: {
    readonly [N in RequestName]: (request: RequestOf<N>) => Promise<AnswerOf<N>>;
  };
  /** Listens; the returned function stops it. */
  readonly on: {
    readonly [N in EventName]: (listener: (event: EventTable[N]) => void) => () => void;
  };
}

/** Refusal of a request: the renderer sees nothing of the inside. */
export interface IpcRefusal {
  readonly refused: 'sender' | 'request' | 'failed';
}

/** What answers a request beneath the bridge. */
export type IpcReply = { readonly answer: unknown } | IpcRefusal;

/** A diagnosis as it crosses the border. */
