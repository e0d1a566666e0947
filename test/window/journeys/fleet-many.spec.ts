/** As many PCs as a company has: read, canceled, scrolled and searched without delays. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { FULL } from '../../support/sample';
import { caseOf, reportOf, reportsOf } from './fleet-files';
import { example, scenario, TIMEOUT, windows } from './user';
import { expectCpuTimeWithin } from '../../support/limits';

const open = windows();

const HEALTHY = scenario('healthy/default');
/** Number of PCs. */
const MANY = FULL ? 50_000 : 4_000;
/** Number of cases. Rehearsing their treatments takes longer than pressing Stop. */
const REHEARSED = FULL ? 20_000 : 1_500;
/** Maximum CPU time of one task in the page, in milliseconds. */
const MAX_TASK_LENGTH = 200;

const nameOf = (number: number): string => `PC-${String(number).padStart(5, '0')}`;
const namesFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => nameOf(first + index));

/**
 * Returns a function that measures the page's own CPU time in milliseconds, because on a busy
 * machine its tasks wait for other programs.
 */
async function clockOf(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Infinity);
  };
}

it(`the fleet view scrolls and searches ${MANY} PCs smoothly`, async () => {
  const opening = await open(HEALTHY);
  const { page, program } = opening;
  const folder = join(program.dataDir, 'fleet');
  mkdirSync(folder);
  const missing = await reportOf(caseOf(example('srv-record-missing'), 'PC'));
  const skewed = await reportOf(caseOf(example('clock-skew'), 'PC'));
  const share = MANY * 0.8;
  writeFileSync(
    join(folder, 'reports.jsonl'),
    [
      ...reportsOf(missing, namesFrom(1, share)),
      ...reportsOf(skewed, namesFrom(share + 1, MANY - share)),
    ].join('\n'),
  );
  // A folder that even an administrator can't read.
  symlinkSync('loop', join(folder, 'loop'));
  await program.dialogs.choose(folder);
  await opening.choose('window.menu.openFolder');
  const headline = page.getByRole('heading', { level: 1, name: /share one cause/ });
  await headline.waitFor({ timeout: 200_000 });

  const computed = await clockOf(page);
  const spent: number[] = [];
  const step = async (act: () => Promise<unknown>): Promise<void> => {
    const before = await computed();
    await act();
    // Waits for layout and paint.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    spent.push((await computed()) - before);
  };
  await step(() => page.locator('main li[data-list] > button').first().click());
  const list = page.getByRole('listbox');
  await list.getByText(nameOf(1), { exact: true }).waitFor();
  for (const part of [0.1, 0.35, 0.5, 0.9, 1]) {
    await step(() =>
      list.evaluate((element, at) => {
        element.scrollTop = at * element.scrollHeight;
      }, part),
    );
  }
  await list.getByText(nameOf(share), { exact: true }).waitFor();
  // Only visible rows are rendered, whatever their number.
  expect(await list.getByRole('option').count()).toBeLessThan(60);
  expect(await list.getByRole('option').last().getAttribute('aria-setsize')).toBe(String(share));
  const search = page.getByRole('searchbox');
  for (const key of nameOf(share)) await step(() => search.press(key));
  await expect.poll(() => list.getByRole('option').allInnerTexts(), TIMEOUT).toHaveLength(1);
  for (const _ of nameOf(share)) await step(() => search.press('Backspace'));
  await list.getByText(nameOf(1), { exact: true }).waitFor();
  await expectCpuTimeWithin(Math.max(...spent), MAX_TASK_LENGTH);

  await search.fill('loop');
  await page.locator('main li[data-list^="unreadable"] > button').click();
  await page.getByText(/ELOOP/).waitFor();
});

it('stopping while files are read keeps the previous content', async () => {
  const opening = await open(HEALTHY);
  const { page, program, t } = opening;
  await opening.verdict();
  const file = join(program.dataDir, 'cases.jsonl');
  const sick = caseOf(example('srv-record-missing'), 'PC');
  const lines = namesFrom(1, REHEARSED).map((name) =>
    JSON.stringify({ ...sick, computer: { ...sick.computer, name } }),
  );
  writeFileSync(file, lines.join('\n'));
  await program.dialogs.choose(file);
  await opening.choose('window.menu.openFolder');
  await page
    .getByText(t('window.fleet.readFrom', { name: 'cases.jsonl' }), { exact: true })
    .waitFor(TIMEOUT);
  await opening.button(t('window.banner.stop')).click(TIMEOUT);
  await page.getByText(t('window.fleet.stopped')).waitFor();
  expect(await page.getByRole('progressbar').count()).toBe(0);
  // The previous PC is still open.
  await opening.verdict();
});
