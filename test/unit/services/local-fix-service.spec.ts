/** Fixes in the current process. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { translator } from '@shared/i18n';
import { Journal } from '@engine/journal/journal';
import { createLocalFixService } from '../../../electron/services/local-fix-service';
import { readCase } from '../../scenarios/cases';
import { Bench } from '../engine/fixes/fix-harness';

it('stops the diagnosis that follows an undo', async () => {
  const pc = new Bench(readCase('srv-record-missing/record-missing'));
  onTestFinished(() => pc.remove());
  await pc.fix('assign-kms-host', { host: 'kms1.contoso.com' });
  const [made] = await pc.journal();
  const service = createLocalFixService({
    computer: pc.computer(),
    journal: new Journal(pc.dataDir),
    words: () => translator('en'),
    known: () => null,
  });
  const stop = new AbortController();
  const rechecked = vi.fn();
  const undone = await service.change(
    'undo',
    { entry: made!.entry },
    {
      signal: stop.signal,
      confirm: () => Promise.resolve(true),
      progress: ({ type }) => {
        if (type === 're-checking') stop.abort();
      },
      rechecked,
    },
  );
  expect(undone).toMatchObject({
    outcome: 'finished',
    result: { result: 'applied', verdict: null },
  });
  expect(rechecked).not.toHaveBeenCalled();
});
