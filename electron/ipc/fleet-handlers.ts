/** Handlers of the fleet requests. */
import { basename } from 'node:path';
import type { FleetOutcome, OpenOutcome } from '@shared/ipc';
import { type Document, readDocument, readFacts } from '../services/open-file';
import type { FleetPlaces } from '../services/fleet-service';
import type { HandlerContext } from './handler-context';
import type { Handlers } from './router';

/** Creates the handlers; `open` switches the window to the subject of a document. */
export function fleetHandlers(
  context: HandlerContext,
  open: (name: string, document: Document) => OpenOutcome,
) {
  const { fleet, t } = context;
  const read = async (places: FleetPlaces): Promise<FleetOutcome> => {
    const outcome = await fleet.open(places);
    if (outcome !== 'empty') return { outcome };
    const { name } = places;
    return {
      outcome: 'failed',
      message: name === null ? t()('window.fleet.emptyFiles') : t()('window.fleet.empty', { name }),
    };
  };

  return {
    'fleet:open': async ({ from }) => {
      const paths = await context.chooseMany(from);
      if (paths === null) return { outcome: 'cancelled' };
      // Several files have no common name.
      const [first] = paths;
      const isAlone = first !== undefined && paths.length === 1;
      return read({ paths, name: isAlone ? basename(first) : null });
    },
    'fleet:dropped': async ({ files, part, isLast }) => {
      const kept = await context.keepDropped(files, part === 'first');
      if (kept === null) return { outcome: 'failed', message: t()('window.fleet.droppedTooMuch') };
      return isLast ? read(kept) : { outcome: 'more' };
    },
    'fleet:stop': () => ({ stopped: fleet.stop() }),
    'fleet:close': () => fleet.close(),
    'fleet:view': ({ filter }) => fleet.view(filter),
    'fleet:rows': (request) => fleet.rows(request),
    'fleet:computer': async ({ list, index }) => {
      const computer = fleet.computer(list, index);
      if (computer === null) return { outcome: 'cancelled' };
      if (computer.line !== null) return open(computer.name, readFacts(computer.line));
      const text = await context.readSource(computer.source);
      if (!('text' in text)) return text;
      // A case in a fleet belongs to another PC: it must not be changed like a simulated one.
      const document = readDocument(computer.name, text.text);
      const isCase = document.kind === 'scenario';
      return open(computer.name, isCase ? { kind: 'facts', facts: document.scenario } : document);
    },
    'fleet:copy': async (request) => {
      const { text, count } = fleet.text(request);
      await context.copy(text);
      return { count };
    },
    'fleet:save-page': async () => {
      const open = fleet.fleet();
      if (open === null) return { outcome: 'cancelled' };
      return context.saveFile('html', () => context.renderFleet(open), 'fleet');
    },
  } satisfies Partial<Handlers>;
}
