/** What each request of the contract does: one line of it where that is possible. */
import type { FixId } from '@shared/catalogue';
import { type Language, type Translate, say, translator } from '@shared/i18n';
import type {
  AppInfo,
  ApplyOutcome,
  EventTable,
  ExampleCase,
  FileOutcome,
  LINK_IDS,
} from '@shared/ipc';
import type { Report } from '@shared/report';
import type { ScenarioFile } from '@shared/scenario';
import { readDocument } from './documents';
import type { EngineService, Hindrance, Subject } from './engine-service';
import type { Around, FixDesk } from './fix-desk';
import { jsonText } from './reports';
import type { Handlers } from './router';
import { search } from './search';

/** A file as it was opened or dropped. */
export interface OpenedText {
  readonly name: string;
  readonly text: string;
}

/** In which form a report is saved. */
export type ReportFormat = 'html' | 'pdf' | 'json' | 'text' | 'case' | 'case-anonymous';

/** What the handlers need of the program around them; nothing of Electron's. */
export interface Desk {
  readonly engine: EngineService;
  readonly version: string;
  language(): Language;
  setLanguage(language: Language): void;
  /** Whether this process holds administrator rights. */
  readonly elevated: boolean;
  /** Why fixes cannot be applied from here, in words; null when they can. */
  repairRefusal(): string | null;
  /** This PC, or the network where there is no Windows. */
  thisPc(): Promise<Subject>;
  simulated(scenario: ScenarioFile, title: string): Subject;
  openLog(): Promise<FileOutcome>;
  restartElevated(): Promise<boolean>;
  /** Asks for a file and reads it; a failure says why in words. */
  openFile(): Promise<OpenedText | Exclude<FileOutcome, { outcome: 'done' }>>;
  /** Asks where to, and writes there. */
  saveFile(
    extension: string,
    kind: 'text' | 'html' | 'pdf' | 'json',
    contents: () => Promise<string | Uint8Array>,
  ): Promise<FileOutcome>;
  /** A finished diagnosis in one of the forms it is saved in. */
  render(format: ReportFormat): Promise<string | Uint8Array>;
  /** The short text for the ticket; empty before the first diagnosis. */
  ticket(): Promise<string>;
  cases(): readonly ExampleCase[];
  caseDocument(id: string): unknown;
  confirm(kind: 'fix' | 'undo', fix: FixId, changes: readonly string[]): Promise<boolean>;
  copy(text: string): Promise<void>;
  openLink(link: (typeof LINK_IDS)[number]): Promise<void>;
  emit<Name extends keyof EventTable>(name: Name, event: EventTable[Name]): void;
}

/** Extension and kind of each form in which a report is saved. */
const FORMATS: Readonly<
  Record<ReportFormat, { extension: string; kind: 'text' | 'html' | 'pdf' | 'json' }>
> = {
  html: { extension: 'html', kind: 'html' },
  pdf: { extension: 'pdf', kind: 'pdf' },
  json: { extension: 'json', kind: 'json' },
  text: { extension: 'txt', kind: 'text' },
  case: { extension: 'case.json', kind: 'json' },
  'case-anonymous': { extension: 'case.json', kind: 'json' },
};

/** Makes the handlers. */
export function createHandlers(desk: Desk): Handlers {
  const { engine } = desk;
  const words = (): Translate => translator(desk.language());
  const failed = (message: string): FileOutcome => ({ outcome: 'failed', message });

  const info = (): AppInfo => {
    const { source } = engine.subject();
    return {
      version: desk.version,
      language: desk.language(),
      source,
      elevated: source.kind === 'scenario' || desk.elevated,
      repairRefusal: source.kind === 'this-pc' ? desk.repairRefusal() : null,
    };
  };
  const look = (at: Subject): AppInfo => {
    engine.look(at);
    return info();
  };
  const open = ({ name, text }: OpenedText) => {
    const document = readDocument(name, text);
    switch (document.kind) {
      case 'problem':
        return failed(say(words(), document.message));
      case 'report':
        return { outcome: 'opened' as const, info: look(reportSubject(document.report)) };
      case 'scenario': {
        const title = document.scenario.title ?? name;
        return { outcome: 'opened' as const, info: look(desk.simulated(document.scenario, title)) };
      }
    }
  };
  const around = (kind: 'fix' | 'undo'): Around => ({
    confirm: (fix, changes) => desk.confirm(kind, fix, changes),
    progress: (step) => {
      desk.emit('fix:progress', step);
    },
    rechecked: engine.take,
  });
  const change = async (work: (fixes: FixDesk) => Promise<ApplyOutcome>): Promise<ApplyOutcome> => {
    const outcome = await engine.change(work);
    return typeof outcome === 'string' ? refusal(outcome) : outcome;
  };
  const refusal = (hindrance: Hindrance): ApplyOutcome => ({
    outcome: 'refused',
    message: words()(`dialogs.apply.${hindrance}`),
  });
  const readOnly = () => ({
    problem: 'not-here' as const,
    messages: [{ field: null, message: words()('dialogs.apply.readOnly'), suggestions: [] }],
  });

  return {
    'app:info': info,
    'app:set-language': ({ language }) => {
      desk.setLanguage(language);
      return info();
    },
    'app:this-pc': async () => look(await desk.thisPc()),
    'app:open-log': () => desk.openLog(),
    'app:restart-elevated': async () => ({ started: await desk.restartElevated() }),
    'run:start': () => ({ started: engine.start() }),
    'run:stop': () => ({ stopped: engine.stop() }),
    'fix:form': ({ fix }) => engine.fixes()?.form(fix) ?? readOnly(),
    'fix:plan': ({ fix, parameters }) => engine.fixes()?.plan(fix, parameters) ?? readOnly(),
    'fix:apply': ({ fix, parameters, digest }) =>
      change((fixes) => fixes.apply(fix, parameters, digest, around('fix'))),
    'journal:list': () => engine.fixes()?.journal() ?? [],
    'journal:undo': ({ entry }) => change((fixes) => fixes.undo(entry, around('undo'))),
    'report:ticket': async () => ({ text: await desk.ticket() }),
    'report:save': ({ format }) => {
      const subject = engine.subject();
      const isReport = subject.kind === 'report';
      if (isReport && format !== 'json') return failed(words()('dialogs.file.onlyJson'));
      if (!isReport && engine.last() === null) return failed(words()('dialogs.file.noReport'));
      const { extension, kind } = FORMATS[format];
      return desk.saveFile(extension, kind, async () =>
        isReport ? jsonText(subject.source.diagnosis.report) : desk.render(format),
      );
    },
    'file:open': async () => {
      const opened = await desk.openFile();
      return 'text' in opened ? open(opened) : opened;
    },
    'file:dropped': open,
    'case:list': () => desk.cases(),
    'case:open': ({ id }) => {
      const document = readDocument(id, JSON.stringify(desk.caseDocument(id)));
      if (document.kind !== 'scenario') throw new Error(`There is no case ${id}`);
      const title = desk.cases().find((example) => example.id === id)?.title ?? id;
      return look(desk.simulated(document.scenario, title));
    },
    'search:find': ({ text }) => search(text, words()),
    'text:copy': async ({ text }) => {
      await desk.copy(text);
      return { done: true };
    },
    'text:save': ({ text }) => desk.saveFile('txt', 'text', async () => text),
    'link:open': async ({ link }) => {
      await desk.openLink(link);
      return { done: true };
    },
  };
}

function reportSubject(report: Report): Subject {
  return {
    kind: 'report',
    source: {
      kind: 'report',
      computer: report.target.computer,
      at: report.startedAt,
      diagnosis: { report },
    },
  };
}
