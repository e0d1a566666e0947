/** Changes that aren't made because the user declines or the rights are missing. */
import { expect, it } from 'vitest';
import { sample } from '../../support/sample';
import { layoutProblems } from './layout-problems';
import { example, windows } from './user';

const open = windows();

it('declining the native confirmation changes nothing', async () => {
  const person = await open(example('srv-record-missing'), { standIn: {} });
  const { t, banner, dialog, program } = person;
  await person.reads('No KMS record in contoso.com');
  const before = await person.lights();
  await person
    .button(t('window.fix.open', { title: t('fixes.create-srv-record.title') }), banner)
    .click();
  await dialog.getByLabel('KMS host', { exact: true }).fill('kms1.contoso.com');
  await dialog.locator('[data-primary]:enabled').click();
  await dialog.getByText(t('window.fix.declined')).waitFor();
  expect((await program.dialogs.shown()).map(({ kind }) => kind)).toEqual(['message']);
  await person.button(t('window.dialog.cancel'), dialog).click();
  await person.reads('No KMS record in contoso.com');
  expect(await person.lights()).toEqual(before);
  expect(await person.activity.getByRole('listitem').innerText()).toBe(t('window.activity.empty'));
});

it('missing rights lead to an offer to restart as administrator, and a failed restart is reported', async () => {
  const person = await open(example('srv-record-missing'), { standIn: {} });
  const { t, banner, dialog, page, program } = person;
  await person.reads('No KMS record in contoso.com');
  const message = t('repair.refusals.not-elevated');
  const answer = { outcome: 'refused', message, restart: true };
  program.app.standIn!.answer('fix:apply', { answer });
  await person
    .button(t('window.fix.open', { title: t('fixes.create-srv-record.title') }), banner)
    .click();
  await dialog.getByLabel('KMS host', { exact: true }).fill('kms1.contoso.com');
  await dialog.locator('[data-primary]:enabled').click();
  await dialog.getByText(message).waitFor();
  expect(await layoutProblems(page)).toEqual([]);
  // Nothing was changed, so it can be tried again, here or elsewhere.
  await dialog.locator('[data-primary]:enabled').waitFor();
  await person.button(t('window.fix.restart'), dialog).click();
  // Elevation isn't possible on this system, nor without a packaged app.
  await page.getByText(t('window.notice.notRestarted')).waitFor();
  expect(await dialog.count()).toBe(0);
});

it.each(sample(['en', 'zh-TW'] as const, 2, 1))(
  'the dialog shows while Windows prompts (%s)',
  async (language) => {
    const person = await open(example('srv-record-missing'), { standIn: {}, language });
    const { t, banner, dialog, page, program } = person;
    const standIn = program.app.standIn!;
    const later = () => {
      let answer: (value: unknown) => void = () => undefined;
      const value = new Promise((resolve) => {
        answer = (given) => resolve({ answer: given });
      });
      return { value, answer };
    };
    const sees = (text: string) => dialog.getByRole('status').getByText(text).waitFor();
    const asks = t('window.fix.windowsAsks');
    await person.verdict();
    const applied = later();
    standIn.answer('fix:apply', applied.value);
    await person
      .button(t('window.fix.open', { title: t('fixes.create-srv-record.title') }), banner)
      .click();
    await dialog.getByLabel(t('parameters.host.label'), { exact: true }).fill('kms1.contoso.com');
    await dialog.locator('[data-primary]:enabled').click();
    await sees(t('window.fix.waitingForConfirmation'));
    standIn.tell('fix:progress', { type: 'asking', who: 'windows' });
    await sees(asks);
    expect(await layoutProblems(page)).toEqual([]);
    standIn.tell('fix:progress', { type: 'asking', who: 'session' });
    await sees(t('window.fix.waitingForConfirmation'));

    const message = t('repair.refusals.not-elevated');
    applied.answer({ outcome: 'refused', message, restart: true });
    const restarted = later();
    standIn.answer('app:restart-elevated', restarted.value);
    await person.button(t('window.fix.restart'), dialog).click();
    await sees(asks);
    expect(await layoutProblems(page)).toEqual([]);
    restarted.answer({ started: false });
    await page.getByText(t('window.notice.notRestarted')).waitFor();
  },
);
