/** Many PCs: opened from a folder, grouped by cause, and opened individually. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { axeViolations } from '../axe';
import { caseOf, factsLine, reportOf, reportsOf, writeFleet } from './fleet-files';
import { example, keyboard, scenario, TIMEOUT, windows } from './user';

const opened = windows();

const HEALTHY = scenario('healthy/default');

it('a folder leads to a cause, to one of its PCs, and back', async () => {
  const person = await opened(HEALTHY);
  const { page, program, t } = person;
  const folder = join(program.dataDir, 'branch <b>office');
  writeFleet(folder, [
    [example('srv-record-missing'), 5],
    [example('kms-port-filtered'), 3],
    [HEALTHY, 2],
  ]);
  writeFileSync(join(folder, 'broken.json'), '{"schema":');
  writeFileSync(
    join(folder, 'PC-900.json'),
    JSON.stringify(await reportOf(caseOf(example('clock-skew'), 'PC-900'))),
  );
  await program.dialogs.choose(folder);
  await person.choose('window.menu.openFolder');
  const headline = page.getByRole('heading', { level: 1 });
  await expect.poll(() => headline.innerText(), TIMEOUT).toMatch(/^5 of 11 PCs share one cause: /);
  await expect
    .poll(() => headline.evaluate((e) => e === document.activeElement), TIMEOUT)
    .toBe(true);
  await page.getByText('branch <b>office', { exact: true }).waitFor();

  const causes = page.getByRole('region', { name: t('window.fleet.causes') });
  expect(await causes.getByRole('listitem').count()).toBe(3);
  const widest = causes.getByRole('listitem').first().getByRole('button').first();
  await widest.click();
  const names = causes.getByRole('listbox');
  await names.getByText('PC-005', { exact: true }).waitFor();
  expect(await names.getByRole('option').count()).toBe(5);

  await person.button(t('window.fleet.copyNames'), causes).click();
  await page.getByText(t('window.fleet.namesCopied', { count: 5 })).waitFor();
  expect((await program.app.handedOut()).at(-1)).toEqual({
    to: 'clipboard',
    value: 'PC-001\r\nPC-002\r\nPC-003\r\nPC-004\r\nPC-005\r\n',
  });

  await names.getByText('PC-003', { exact: true }).click();
  const bar = page.getByRole('complementary', { name: t('window.report.label') });
  await bar.getByText('PC-003, from its facts line of').waitFor();
  await person.reads('No KMS record in contoso.com');
  expect(await page.getByText(t('window.activity.title'), { exact: true }).count()).toBe(0);
  const back = bar.getByRole('button', { name: t('window.fleet.back', { count: 11 }) });
  expect(await back.evaluate((element) => element === document.activeElement)).toBe(true);
  await back.click();
  await expect.poll(() => names.evaluate((e) => e === document.activeElement), TIMEOUT).toBe(true);
  const selected = names.locator('[aria-selected="true"]');
  await expect.poll(() => selected.innerText(), TIMEOUT).toContain('PC-003');

  // A report opens as a report.
  await page.getByRole('searchbox').fill('900');
  await expect.poll(() => causes.getByRole('listitem').count(), TIMEOUT).toBe(1);
  await causes.getByRole('button').first().click();
  await causes.getByRole('option').first().click();
  await bar.getByText(t('window.report.of', { computer: 'PC-900' })).waitFor();
  await back.click();

  await page.getByRole('searchbox').fill('broken');
  const besides = page.getByRole('region', { name: t('window.fleet.others') });
  await besides.getByRole('button').first().click();
  await besides.getByText('broken.json').waitFor();
  await page.getByRole('searchbox').fill('no such name');
  await page.getByText(t('window.fleet.nothing', { text: 'no such name' })).waitFor();

  await page.getByRole('searchbox').fill('');
  await expect.poll(() => causes.getByRole('listitem').count(), TIMEOUT).toBe(3);
  expect(await axeViolations(page)).toEqual([]);
  expect(program.app.escapes()).toEqual([]);
});

it('the keyboard alone leads to a PC and back', async () => {
  const person = await opened(HEALTHY, { hands: keyboard });
  const { page, program, t, hands } = person;
  const folder = join(program.dataDir, 'fleet');
  writeFleet(folder, [
    [scenario('srv-record-in-other-domain/parent-domain'), 3],
    [HEALTHY, 1],
  ]);
  await program.dialogs.choose(folder);
  await hands.press(page.locator('header [aria-haspopup="menu"]').first());
  const item = page.getByRole('menuitem', { name: t('window.menu.openFolder') });
  await item.waitFor();
  while (!(await item.evaluate((element) => element === document.activeElement))) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  const cause = page
    .getByRole('region', { name: t('window.fleet.causes') })
    .getByRole('button')
    .first();
  await hands.press(cause);
  const names = page.getByRole('listbox');
  await names.getByRole('option').first().waitFor();
  await hands.press(names);
  await person.verdict();
  const back = person.button(t('window.fleet.back', { count: 4 }));
  await expect.poll(() => back.evaluate((e) => e === document.activeElement), TIMEOUT).toBe(true);
  // Shows how the PC is repaired there, as rehearsed here.
  const repair = t('window.fix.open', { title: t('treatment.window.title') });
  await hands.press(person.button(repair));
  await person.dialog.getByText(t('window.facts.elsewhere', { computer: 'PC-001' })).waitFor();
  await page.keyboard.press('Escape');
  await hands.press(back);
  await expect.poll(() => names.evaluate((e) => e === document.activeElement), TIMEOUT).toBe(true);
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByText('PC-003, from its facts line of').waitFor();
});

it('a pasted facts line opens its PC and shows how to repair it there', async () => {
  const line = await factsLine(
    caseOf(scenario('srv-record-in-other-domain/parent-domain'), 'PC-077'),
  );
  const person = await opened(HEALTHY);
  const { page, program, t, dialog } = person;
  await person.verdict();
  await person.choose('window.menu.pasteFacts');
  const field = dialog.getByRole('textbox', { name: t('window.facts.field') });
  const open = person.button(t('window.facts.open'), dialog);
  for (const [text, problem] of [
    ['', t('window.facts.empty')],
    ['no line here', t('facts.problems.notALine')],
    [line.slice(0, 300), t('facts.problems.cut')],
  ] as const) {
    await field.fill(text);
    await open.click();
    await dialog.getByText(problem).waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
  }
  await field.fill(`Exit code 1, output: "${line}"\nsee ticket 4711`);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('PC-077, from its facts line of').waitFor();
  await page.getByText(t('window.facts.readOnly')).waitFor();
  await person.verdict();
  // Actions that only work on that PC aren't offered here.
  const nameHost = t('window.fix.open', { title: t('treatment.window.nameHost') });
  expect(await person.button(nameHost).count()).toBe(0);
  const assign = t('window.fix.open', { title: t('fixes.assign-kms-host.title') });
  expect(await person.button(assign).count()).toBe(0);

  await person.button(t('window.fix.open', { title: t('treatment.window.title') })).click(TIMEOUT);
  await dialog.getByText(t('window.facts.elsewhere', { computer: 'PC-077' })).waitFor();
  expect(await person.button(t('treatment.window.action'), dialog).count()).toBe(0);
  await dialog.locator('[data-primary]').click();
  const handedOut = async () => (await program.app.handedOut()).at(-1)?.value;
  await expect.poll(handedOut, TIMEOUT).toBe('kms-doctor repair');
  await page.keyboard.press('Escape');

  // The facts line copied from the window opens the same PC when pasted onto the window.
  await person.choose('window.menu.copyFacts');
  await page.getByText(t('window.facts.copied')).waitFor();
  const copied = (await program.app.handedOut()).at(-1)?.value ?? '';
  expect(copied).toMatch(/^KMSD1 /);
  await person.button(t('window.facts.close')).click();
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    document.body.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  }, copied);
  await page.getByText('PC-077, from its facts line of').waitFor();
});

/** Drops a file with a text anywhere on the window. */
const drop = (page: Page, text: string, name: string) =>
  page.evaluate(
    ([content, title]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], title));
      window.dispatchEvent(
        new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
      );
    },
    [text, name] as const,
  );

it('dropped files are read, whatever the names in them', async () => {
  const person = await opened(HEALTHY);
  const { page, t } = person;
  const names = [
    'CON',
    'AUX',
    '../../PC/1',
    '電腦-七',
    '<img src=x onerror=alert(1)>',
    'a'.repeat(255),
  ];
  const report = await reportOf(caseOf(example('srv-record-missing'), 'PC'));
  await drop(page, reportsOf(report, names).join('\r\n'), '../CON.jsonl');
  await page.getByRole('heading', { level: 1, name: /share one cause/ }).waitFor();
  await page
    .getByRole('region', { name: t('window.fleet.causes') })
    .getByRole('button')
    .first()
    .click();
  await page.getByRole('option').getByText('電腦-七', { exact: true }).waitFor();
  expect(await page.locator('main img').count()).toBe(0);
});

it('dropped text goes into a field, and the next fleet starts without a filter', async () => {
  const person = await opened(HEALTHY);
  const { page, t } = person;
  const report = await reportOf(caseOf(example('srv-record-missing'), 'PC'));
  const filter = page.getByRole('searchbox', { name: t('window.fleet.filter') });
  await drop(page, reportsOf(report, ['PC-1', 'PC-2']).join('\n'), 'first.jsonl');
  await filter.fill('PC-1');
  await page.getByText(t('window.fleet.filtered', { causes: 1, computers: 1 })).waitFor({
    state: 'attached',
  });
  const isPrevented = (element: Element): boolean => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData('text/plain', 'PC-2');
    return !element.dispatchEvent(
      new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
    );
  };
  expect(await filter.evaluate(isPrevented)).toBe(false);
  // Elsewhere, Chromium would open a dropped link.
  expect(await page.locator('main').evaluate(isPrevented)).toBe(true);

  await drop(page, reportsOf(report, ['PC-3', 'PC-4', 'PC-5']).join('\n'), 'second.jsonl');
  await page.getByRole('heading', { level: 1, name: /3 of 3 PCs/ }).waitFor();
  expect(await filter.inputValue()).toBe('');
});

it('an empty folder is reported, and a fleet can be saved as a page', async () => {
  const person = await opened(HEALTHY);
  const { page, program, t } = person;
  const folder = join(program.dataDir, 'empty');
  mkdirSync(folder);
  await program.dialogs.choose(folder);
  await person.choose('window.menu.openFolder');
  await page.getByText(t('window.fleet.empty', { name: 'empty' })).waitFor();
  await person.verdict();
  const page2 = join(program.dataDir, 'fleet.html');
  const full = join(program.dataDir, 'full');
  writeFleet(full, [[example('srv-record-missing'), 2]]);
  await program.dialogs.choose(full);
  await person.choose('window.menu.openFolder');
  await page.getByRole('heading', { level: 1, name: /share one cause/ }).waitFor();
  await program.dialogs.choose(page2);
  await person.button(t('window.fleet.save')).click();
  await page.getByText(t('window.notice.saved', { name: 'fleet.html' })).waitFor();
  readFileSync(page2);
});
