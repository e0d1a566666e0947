/** What comes to nothing: a change that is called off when the native question comes, or that lacks the rights. */
import { expect, it } from 'vitest';
import { sample } from '../../support/sample';
import { geometry } from './geometry';
import { example, windows } from './person';

const open = windows();

it('changes nothing when the native question is answered with no', async () => {
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

it('offers to start as an administrator where the rights are lacking, and says when that fails', async () => {
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
  expect(await geometry(page)).toEqual([]);
  // Nothing was changed: it may be tried again, or elsewhere.
  await dialog.locator('[data-primary]:enabled').waitFor();
  await person.button(t('window.fix.restart'), dialog).click();
  // Nothing is elevated on this system, nor without a packaged program.
  await page.getByText(t('window.notice.notRestarted')).waitFor();
  expect(await dialog.count()).toBe(0);
});

it.each(sample(['en', 'zh-TW'] as const, 2, 1))(
  'says that Windows asks while it does (%s)',
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
    expect(await geometry(page)).toEqual([]);
    standIn.tell('fix:progress', { type: 'asking', who: 'session' });
    await sees(t('window.fix.waitingForConfirmation'));

    const message = t('repair.refusals.not-elevated');
    applied.answer({ outcome: 'refused', message, restart: true });
    const restarted = later();
    standIn.answer('app:restart-elevated', restarted.value);
    await person.button(t('window.fix.restart'), dialog).click();
    await sees(asks);
    expect(await geometry(page)).toEqual([]);
    restarted.answer({ started: false });
    await page.getByText(t('window.notice.notRestarted')).waitFor();
  },
);
