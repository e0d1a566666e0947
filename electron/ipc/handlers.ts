/** Handlers of the requests about the PC or PCs that the window shows, one line each if possible. */
import { translateMessage } from '@shared/i18n';
import type { OpenOutcome } from '@shared/ipc';
import type { Report } from '@shared/report';
import { type Document, readDocument, readFacts } from '../services/open-file';
import type { Source } from '../services/diagnosis-session';
import { factsSource, simulatedSource } from '../services/sources';
import { packFacts } from '@engine/facts-line';
import { fixHandlers } from './fix-handlers';
import { fleetHandlers } from './fleet-handlers';
import type { Handlers } from './router';
import { search } from '../services/search';
import type { OpenedText, HandlerContext } from './handler-context';

/** Creates the handlers. */
export function createHandlers(context: HandlerContext) {
  const { diagnosisSession, fixesFor, t } = context;
  const opened = (source: Source): OpenOutcome => ({
    outcome: 'opened',
    info: context.openSource(source),
  });
  const openDocument = (name: string, document: Document): OpenOutcome => {
    switch (document.kind) {
      case 'problem':
        return { outcome: 'failed', message: translateMessage(t(), document.message) };
      case 'many':
        return { outcome: 'many' };
      case 'report':
        return opened(reportSource(document.report));
      case 'facts':
        return opened(factsSource(document.facts, name, fixesFor));
      case 'scenario':
        return opened(
          simulatedSource(document.scenario, document.scenario.title ?? name, fixesFor),
        );
    }
  };
  const open = ({ name, text }: OpenedText) => openDocument(name, readDocument(name, text));
  return {
    'run:start': () => ({ started: diagnosisSession.start() }),
    'run:stop': () => ({ stopped: diagnosisSession.stop() }),
    ...fixHandlers(context),
    'file:open': async () => {
      const file = await context.openFile();
      return 'text' in file ? open(file) : file;
    },
    'file:dropped': open,
    'facts:open': ({ text }) => openDocument('', readFacts(text)),
    'facts:line': () => {
      const last = diagnosisSession.last();
      return last === null ? '' : packFacts(last);
    },
    ...fleetHandlers(context, openDocument),
    'search:find': ({ text }) => search(text, t()),
  } satisfies Partial<Handlers>;
}

function reportSource(report: Report): Source {
  const { computer } = report.target;
  return {
    kind: 'report',
    source: { kind: 'report', computer, at: report.startedAt, report },
  };
}
