import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { translator } from '@shared/i18n';
import { parseScenario } from '@shared/scenario';
import { onError } from '@engine/errors';
import { Journal, JournalUnusable } from '@engine/journal/journal';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { knownHostsFromJournal } from '../../../electron/services/journal-hosts';
import { createLocalFixService } from '../../../electron/services/local-fix-service';

const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-hosts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const words = translator('en');
const SICK = 'assigned-host-unresolvable/assigned-beats-lookup-domain.json';

it('returns a host that made the PC healthy until the change is undone', async () => {
  const file = path.join(import.meta.dirname, '../../scenarios', SICK);
  const parsed = parseScenario(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.ok) throw new Error('not a scenario');
  const computer = createScenarioComputer(parsed.scenario);
  const found = await diagnose(computer).result;
  const journal = new Journal(folder);
  const service = createLocalFixService({
    ...{ computer, journal },
    words: () => words,
    known: () => found,
  });
  const hosts = () => service.factOptions().journalHosts;
  const around = {
    confirm: async () => true,
    progress: () => undefined,
    rechecked: () => undefined,
  };
  expect(await hosts()).toEqual([]);
  const planned = await service.planTreatment([]);
  if (!('treatment' in planned)) throw new Error(planned.problem);
  const { digest, steps } = planned.treatment;
  expect(steps.map(({ fix }) => fix)).toEqual(['assign-kms-host', 'activate-now']);
  const treated = await service.change('treat', { digest, kmsHosts: [] }, around);
  if (treated.outcome !== 'finished') throw new Error(treated.outcome);
  const { host, port } = steps[0]!.parameters;
  expect(await hosts()).toEqual([{ host, port }]);

  // The journal has no entries for another PC.
  const other = createScenarioComputer({ ...parsed.scenario, computer: { name: 'PC-043' } });
  expect(await knownHostsFromJournal(journal, other, new AbortController().signal)).toEqual([]);

  await service.change('undo-treatment', { treatment: treated.result.treatment! }, around);
  expect(await hosts()).toEqual([]);
});

it("returns no hosts if the journal can't be read, and reports only faults", async () => {
  const reported: unknown[] = [];
  onTestFinished(onError((heard) => reported.push(heard)));
  const computer = createScenarioComputer({ schema: 'kms-doctor/scenario@1' });
  const hosts = (error: Error) =>
    knownHostsFromJournal(Promise.reject(error), computer, new AbortController().signal);
  expect(await hosts(new JournalUnusable('/j', 'disk-full', 'ENOSPC'))).toEqual([]);
  expect(reported).toEqual([]);
  const fault = new TypeError('out of the blue');
  expect(await hosts(fault)).toEqual([]);
  expect(reported).toEqual([fault]);
});
