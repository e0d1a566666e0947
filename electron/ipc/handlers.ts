/** Handlers of all requests, one line each if possible. */
import { type Translate, translateMessage, translator } from '@shared/i18n';
import type { AppInfo, FileOutcome, OpenOutcome } from '@shared/ipc';
import { jsonFile } from '@shared/printable';
import type { Report } from '@shared/report';
import type { ScenarioFile } from '@shared/scenario';
import { type Document, readDocument, readFacts } from '../services/open-file';
import type { Source } from '../services/diagnosis-session';
import { factsSource, simulatedSource, thisPcSource } from '../services/sources';
import { packFacts } from '@engine/facts-line';
import { fixHandlers } from './fix-handlers';
import { fleetHandlers } from './fleet-handlers';
import type { Handlers } from './router';
import { search } from '../services/search';
import type { OpenedText, ReportFormat, HandlerContext } from './handler-context';

/** File extension and type of each report format. */
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

/** Creates the handlers. */
export function createHandlers(context: HandlerContext): Handlers {
  const { diagnosisSession, fixesFor } = context;
  const words = (): Translate => translator(context.language());
  const failed = (message: string): FileOutcome => ({ outcome: 'failed', message });

  const refusalOf = (kind: AppInfo['source']['kind']): string | null => {
    if (kind === 'facts') return words()('dialogs.apply.elsewhere');
    return kind === 'this-pc' ? context.repairRefusal() : null;
  };
  const info = (): AppInfo => {
    const { source } = diagnosisSession.source();
    return {
      version: context.version,
      language: context.language(),
      settings: context.settings(),
      source,
      startsOnFleet: context.startsOnFleet,
      elevated: source.kind === 'scenario' || source.kind === 'facts' || context.elevated,
      repairRefusal: refusalOf(source.kind),
    };
  };
  const openSource = (at: Source): AppInfo => {
    diagnosisSession.setSource(at);
    return info();
  };
  const openSimulated = (scenario: ScenarioFile, title: string): AppInfo =>
    openSource(simulatedSource(scenario, title, fixesFor));
  const opened = (now: AppInfo): OpenOutcome => ({ outcome: 'opened', info: now });
  const done = async (work: Promise<void>) => {
    await work;
    return { done: true as const };
  };
  const openDocument = (name: string, document: Document): OpenOutcome => {
    switch (document.kind) {
      case 'problem':
        return failed(translateMessage(words(), document.message));
      case 'many':
        return { outcome: 'many' };
      case 'report':
        return opened(openSource(reportSource(document.report)));
      case 'facts':
        return opened(openSource(factsSource(document.facts, name, fixesFor)));
      case 'scenario':
        return opened(openSimulated(document.scenario, document.scenario.title ?? name));
    }
  };
  const open = ({ name, text }: OpenedText) => openDocument(name, readDocument(name, text));
  return {
    'app:info': info,
    'app:set-language': async ({ language }) => {
      await context.setLanguage(language);
      return info();
    },
    'app:set-settings': async (values) => {
      await context.changeSettings(values);
      return info();
    },
    'app:this-pc': async () => openSource(await thisPcSource(fixesFor)),
    'app:open-log': () => context.openLog(),
    'app:restart-elevated': async () => ({ started: await context.restartElevated() }),
    'run:start': () => ({ started: diagnosisSession.start() }),
    'run:stop': () => ({ stopped: diagnosisSession.stop() }),
    ...fixHandlers(context),
    'report:ticket': async () => ({ text: await context.ticket() }),
    'report:save': ({ format }) => {
      const source = diagnosisSession.source();
      const isReport = source.kind === 'report';
      if (isReport && format !== 'json') return failed(words()('dialogs.file.onlyJson'));
      if (!isReport && diagnosisSession.last() === null)
        return failed(words()('dialogs.file.noReport'));
      const { extension, kind } = FORMATS[format];
      return context.saveFile(
        extension,
        kind,
        async () => (isReport ? jsonFile(source.source.diagnosis.report) : context.render(format)),
        // Otherwise both files would get the same name, and the wrong one could be sent by mistake.
        format === 'case-anonymous' ? 'anonymized' : undefined,
      );
    },
    'file:open': async () => {
      const file = await context.openFile();
      return 'text' in file ? open(file) : file;
    },
    'file:dropped': open,
    'facts:open': ({ text }) => openDocument('', readFacts(text)),
    'facts:line': () => {
      const last = diagnosisSession.last();
      return { text: last === null ? '' : packFacts(last) };
    },
    ...fleetHandlers(context, openDocument),
    'case:list': () => context.cases(),
    'case:open': ({ id }) => {
      const document = readDocument(id, JSON.stringify(context.caseDocument(id)));
      if (document.kind !== 'scenario') throw new Error(`Unknown case: ${id}`);
      const title = context.cases().find((example) => example.id === id)?.title ?? id;
      return openSimulated(document.scenario, title);
    },
    'search:find': ({ text }) => search(text, words()),
    'text:copy': ({ text }) => done(context.copy(text)),
    'file:show-saved': () => done(context.showSaved()),
    'text:save': ({ text }) => context.saveFile('txt', 'text', async () => text),
    'link:open': ({ link }) => done(context.openLink(link)),
  };
}

function reportSource(report: Report): Source {
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
