/**
 * UI that's shown only where it applies: warnings, hints, fields, buttons, and the end of an
 * activation.
 */
import { expect, it } from 'vitest';
import type { ProcedureId } from '@shared/catalog';
import { example, type User, scenario, TIMEOUT, windows } from './user';

const open = windows();

async function diagnosed(file: string): Promise<User> {
  const person = await open(file);
  await person.verdict();
  return person;
}

const card = ({ page }: User, id: ProcedureId) => page.locator(`article[data-card="${id}"]`);

it('the end of an activation is shown even if there is a warning', async () => {
  const { t, banner } = await diagnosed(scenario('healthy/second-target-dead'));
  await banner.getByRole('complementary', { name: t('window.banner.alsoFound') }).waitFor(TIMEOUT);
  const ends = t('window.banner.daysLeft', { count: 173, date: 'May 14, 2027' });
  expect(await banner.getByRole('listitem').allInnerTexts()).toContain(ends);
});

it('a change that was just made here causes no warning', async () => {
  const who = await diagnosed(example('srv-record-in-other-domain'));
  const { t, banner, dialog, program } = who;
  await program.dialogs.answer('yes');
  await who
    .button(t('window.fix.open', { title: t('fixes.set-lookup-domain.title') }), banner)
    .click();
  await who.button(t('fixes.set-lookup-domain.action'), dialog).click();
  await who.button(t('window.dialog.done'), dialog).click();
  await who.reads(t('verdicts.healthy.titleNotRenewed'));
  await banner.getByRole('complementary', { name: t('window.proof.title') }).waitFor(TIMEOUT);
});

it('F1 opens settings and help', async () => {
  const { t, page, dialog } = await diagnosed(scenario('healthy/default'));
  await page.keyboard.press('F1');
  await dialog.getByRole('heading', { name: t('window.settings.title') }).waitFor(TIMEOUT);
});

it('a DNS update key is requested only if an update is sent', async () => {
  const who = await diagnosed(example('srv-record-missing'));
  const { t, banner, dialog } = who;
  await who
    .button(t('window.fix.open', { title: t('fixes.create-srv-record.title') }), banner)
    .click();
  const key = dialog.getByLabel(t('parameters.tsigKeyFile.label'));
  for (const [method, count] of [
    ['windows-dns', 0],
    ['text', 0],
    ['dynamic-update', 1],
  ] as const) {
    await dialog
      .getByRole('radio', { name: t(`parameters.method.choices.${method}`), exact: true })
      .click();
    await expect.poll(() => key.count(), { message: method, ...TIMEOUT }).toBe(count);
  }
});

it('the hint to fill in values is shown only if there are any', async () => {
  const who = await diagnosed(scenario('assigned-host-unresolvable/name-gone'));
  const { t, page } = who;
  const hint = page.getByText(t('window.byHand.fillIn'));
  const details = t('window.cards.details');
  for (const [id, count] of [
    ['check-dns-connectivity', 0],
    ['find-routing-issue', 1],
  ] as const) {
    await card(who, id).getByRole('button', { name: details }).click();
    await page.getByRole('heading', { name: t('window.details.byHand') }).waitFor(TIMEOUT);
    await expect.poll(() => hint.count(), { message: id, ...TIMEOUT }).toBe(count);
    await card(who, id).getByRole('button', { expanded: true }).click();
  }
});

it('a domain unknown to the DNS servers is reported only once', async () => {
  const { banner } = await diagnosed(scenario('domain-unknown-to-dns/laptop-at-home'));
  expect(await banner.getByRole('complementary').count()).toBe(0);
});

it('a due renewal is offered, and not announced as automatic', async () => {
  const { t, banner } = await diagnosed(scenario('healthy/not-renewed-for-months'));
  expect(await banner.locator('[data-primary]').allInnerTexts()).toEqual([
    t('window.fix.open', { title: t('fixes.activate-now.title') }),
  ]);
  expect(await banner.innerText()).not.toContain(t('window.banner.renews'));
});

it('Escape also closes a fix that turns out to be another administrator’s', async () => {
  const who = await diagnosed(example('srv-record-missing'));
  const { t, page, dialog } = who;
  await card(who, 'configure-kms-host').getByRole('button', { expanded: false }).click();
  const title = t('fixes.open-kms-firewall.title');
  await who.button(t('window.fix.open', { title })).click();
  await who.button(t('window.fix.saveText'), dialog).waitFor(TIMEOUT);
  await dialog.locator(':focus').waitFor(TIMEOUT);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});
