/** The elevated side as a separate process, on a simulated PC. */
import { readFileSync } from 'node:fs';
import { writeHeapSnapshot } from 'node:v8';
import type { Computer } from '@engine/computer';
import { Journal } from '@engine/journal/journal';
import type { EntryEvent, EntryStart } from '@engine/journal/journal-schema';
import { parseScenario } from '@shared/scenario';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { createElevatedFixHandler } from '../../../electron/services/elevated-fix-handler';
import { connectToWindow, serveSession } from '../../../electron/elevation/session';
import { pipePath, readToken } from '../../../electron/elevation/token';
import { traceLog } from './trace-log';
import type { SessionOrders } from './orders';

const orders = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as SessionOrders;
const note = traceLog(orders.traceLog, [
  { pid: process.pid, at: orders.killAt },
  { pid: process.ppid, at: orders.killWindowAt },
]);

/** Wraps a computer to log every change before and after it's made. */
function watched(computer: Computer): Computer {
  const changes = [
    'setKmsHost',
    'setDnsPublishing',
    'restartService',
    'installProductKey',
  ] as const;
  const copy: Record<string, unknown> = { ...computer };
  for (const name of changes) {
    const change = computer[name].bind(computer) as (...args: unknown[]) => Promise<unknown>;
    copy[name] = async (...args: unknown[]) => {
      note(`before ${name}`);
      const receipt = await change(...args);
      note(`after ${name}`);
      return receipt;
    };
  }
  return copy as unknown as Computer;
}

/** Logs every journal line once it's on disk. */
class WatchedJournal extends Journal {
  override async begin(opening: EntryStart): Promise<string> {
    const entry = await super.begin(opening);
    note('journal entry-opened');
    return entry;
  }
  override async note(entry: string, event: EntryEvent): Promise<void> {
    await super.note(entry, event);
    note(`journal ${event.type}`);
  }
}

const parsed = parseScenario(JSON.parse(readFileSync(orders.scenario, 'utf8')));
if (!parsed.ok) throw new Error('not a scenario');
const computer = createScenarioComputer(parsed.scenario, {
  save: orders.scenario,
  paceMs: orders.paceMs,
});
const handler = createElevatedFixHandler(watched(computer), new WatchedJournal(orders.data));
const token = readToken(orders.token)!;

note('started');
const place = pipePath(token, process.platform, orders.folder);
const pipe = await connectToWindow(token, place).catch(() => {
  note('ended', 'nobody');
  process.exit(0);
});
note('reached');
const end = await serveSession(pipe, {
  token,
  limits: { ...(orders.idleMs !== undefined && { idle: orders.idleMs }) },
  log: (line) => {
    note('log', line);
    if (orders.heapSnapshot === true && line.startsWith('Ended as')) {
      // Waits until the response is sent.
      setTimeout(() => writeHeapSnapshot(`${orders.folder}/session.heapsnapshot`), 50);
    }
  },
  open: async () => {
    note('greeted');
    return handler;
  },
  confirm: async (question, _language, signal) => {
    note('asking', question);
    if (orders.confirm === 'never') {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
    }
    return orders.confirm === 'yes';
  },
});
note('ended', end);
process.exit(0);
