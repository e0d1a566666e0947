/** The repair session part of the window's main process. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import type { FixId } from '@shared/catalog';
import type { FixProgress } from '@shared/plan';
import { parseScenario } from '@shared/scenario';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { ElevationClient } from '../../../electron/elevation/client';
import { pipePath } from '../../../electron/elevation/token';
import { traceLog } from './trace-log';
import type { SessionOrders, WindowOrders } from './orders';

const orders = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as WindowOrders;
const { session, fixRequest } = orders;
const note = traceLog(orders.traceLog, [{ pid: process.pid, at: orders.killAt }]);

/** Starts the elevated process. It outlives this process, like a real one. */
function launch(token: string): void {
  const file = join(session.folder, `session-orders-${Date.now()}.json`);
  const given: SessionOrders = { ...session, token };
  writeFileSync(file, JSON.stringify(given));
  const output = openSync(`${session.traceLog}.out`, 'a');
  const child = spawn(process.execPath, [orders.program, file], {
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  child.unref();
  note('launched', child.pid);
}

/** Computes the preview's digest the same way as the window. */
async function digestOf(fix: FixId, parameters: Record<string, string | boolean>): Promise<string> {
  const parsed = parseScenario(JSON.parse(readFileSync(session.scenario, 'utf8')));
  if (!parsed.ok) throw new Error('not a scenario');
  const facts = new Facts(
    createScenarioComputer(parsed.scenario),
    {},
    new AbortController().signal,
  );
  const planned = await planFix(fix, parameters, await facts.snapshot(), facts);
  if (!planned.ok) throw new Error(JSON.stringify(planned.refusal));
  return planned.plan.digest;
}

const client = new ElevationClient({
  launch: async (token) => {
    launch(token);
    return { outcome: 'started' };
  },
  language: () => 'en',
  log: (line) => {
    note('log', line);
  },
  place: (token) => pipePath(token, process.platform, session.folder),
});

note('started');
const callbacks = {
  progress: (step: FixProgress) => {
    note('progress', step);
  },
};
const outcome =
  'undo' in fixRequest
    ? await client.change('undo', { entry: fixRequest.undo }, callbacks)
    : await client.change(
        'apply',
        {
          fix: fixRequest.apply as FixId,
          parameters: fixRequest.parameters,
          digest:
            orders.digest ?? (await digestOf(fixRequest.apply as FixId, fixRequest.parameters)),
        },
        callbacks,
      );
note('outcome', outcome);
await new Promise((resolve) => setTimeout(resolve, orders.stayMs));
client.close();
note('ended');
// Anything that still keeps this process alive would also keep the app alive.
setTimeout(() => {
  note('held');
  process.exit(3);
}, 3_000).unref();
