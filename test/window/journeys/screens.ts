/** Walks through every screen of the window. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXES, PROCEDURES, type FixId, type ProcedureId } from '@shared/catalog';
import { type User, TIMEOUT, scenario } from './user';

/** Which of the similar screens to visit. */
export interface Walk {
  readonly cards: readonly ProcedureId[];
  readonly fixes: readonly FixId[];
}

/** All screens. */
export const EVERYTHING: Walk = {
  cards: PROCEDURES.map(({ id }) => id),
  fixes: FIXES.map(({ id }) => id),
};

/**
 * Walks through the screens of a simulated PC without a KMS record, which is diagnosed
 * automatically, then through those of its report, and ends with a stopped diagnosis.
 *
 * @param see called on each screen with its name
 */
export async function walk(
  person: User,
  { cards, fixes }: Walk,
  see: (screen: string) => Promise<void>,
): Promise<void> {
  const { t, page, program, dialog, activity } = person;
  const close = async () => {
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  };
  await person.verdict();
  await see('verdict');
  await person
    .button(t('window.fix.open', { title: t('messages.to.dns-server') }), person.banner)
    .click();
  await person.button(t('window.copy.message'), dialog).waitFor();
  await see('message');
  await close();

  for (const id of cards) {
    const card = page.locator(`[data-card="${id}"]`);
    await card.locator('button[aria-expanded]').click();
    const panel = page.locator(`[data-card="${id}"] + section`);
    await panel.waitFor();
    const raw = panel.locator('button[aria-expanded="false"]').first();
    if (await raw.isVisible()) await raw.click();
    await see(`details of ${id}`);
    for (const { id: fix } of FIXES.filter((each) => each.procedure === id)) {
      if (!fixes.includes(fix)) continue;
      const open = t('window.fix.open', { title: t(`fixes.${fix}.title`) });
      await person.button(open, panel).click();
      await dialog.getByRole('heading').first().waitFor();
      await page.getByRole('dialog').locator('[role="progressbar"]').waitFor({ state: 'detached' });
      // A fix that can't be planned yet has a message too, and a screen reader waits for the end of
      // a busy region.
      await page.locator('[role="dialog"] [aria-busy="true"]').waitFor({ state: 'detached' });
      await see(`dialog of ${fix}`);
      await close();
    }
    await card.locator('button[aria-expanded="true"]').click();
    await panel.waitFor({ state: 'detached' });
  }

  const menus = page.locator('header [aria-haspopup="menu"]');
  for (const name of await menus.allInnerTexts()) {
    await menus.filter({ hasText: name }).click();
    await page.getByRole('menu').waitFor();
    await see(`menu ${name}`);
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
  }

  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox').fill('0xC004F074');
  await dialog.getByRole('heading', { level: 3 }).first().waitFor();
  await see('search for a code');
  await page.getByRole('searchbox').fill('DNS');
  await dialog.getByRole('listitem').nth(2).waitFor();
  await see('search for a word');
  await page.getByRole('searchbox').fill('qqqqq');
  await dialog.getByText('qqqqq').waitFor();
  await see('search without a hit');
  await close();

  await person.choose('window.menu.tryCase');
  await dialog.getByRole('listitem').first().waitFor();
  await see('cases');
  await close();

  await person.choose('window.menu.pasteFacts');
  await dialog.getByRole('heading').first().waitFor();
  await see('facts line');
  await close();

  // In a narrow window, it's in the menu.
  const settings = person.button(t('window.settings.title'), page.locator('header'));
  if (await settings.isVisible()) await settings.click();
  else await person.choose('window.settings.title');
  await dialog.getByRole('heading').first().waitFor();
  await see('settings');
  await close();

  const nameHost = t('window.fix.open', { title: t('treatment.window.nameHost') });
  await person.button(nameHost, person.banner).click();
  await dialog.getByLabel(t('treatment.window.host'), { exact: true }).waitFor();
  await see('naming a host');
  await dialog.getByLabel(t('treatment.window.host'), { exact: true }).fill('kms1.contoso.com');
  await page.keyboard.press('Enter');
  await dialog.getByRole('heading', { name: t('treatment.window.title'), exact: true }).waitFor();
  await see('treatment');
  await close();

  const bad = join(program.dataDir, 'bad.json');
  writeFileSync(bad, '{');
  await program.dialogs.choose(bad);
  await person.choose('window.menu.openFile');
  await page.getByRole('region', { name: t('window.notice.label') }).waitFor();
  await see('message bar');

  await program.dialogs.answer('yes');
  const create = t('window.fix.open', { title: t('fixes.create-srv-record.title') });
  await person.button(create, person.banner).click();
  await dialog.locator('input').first().waitFor();
  await dialog.getByLabel(t('parameters.host.label'), { exact: true }).fill('kms1.contoso.com');
  await dialog.locator('[data-primary]:enabled').click(TIMEOUT);
  await dialog.getByText(t('window.done.create-srv-record'), { exact: true }).waitFor();
  await see('result of a fix');
  await person.button(t('window.dialog.done'), dialog).click();
  // The element under the mouse has a tooltip, which would capture the next Escape.
  await page.mouse.move(0, 0);
  await see('activity');
  await person
    .button(t('window.activity.undoOf', { title: t('fixes.create-srv-record.title') }), activity)
    .click();
  await person.button(t('window.undo.action'), dialog).waitFor();
  await see('dialog of an undo');
  await close();

  const saved = join(program.dataDir, 'saved.json');
  await program.dialogs.choose(saved);
  await person.choose('window.menu.save.json');
  await page.getByText(t('window.notice.saved', { name: 'saved.json' })).waitFor();
  await person.choose('window.menu.openFile');
  await page.getByRole('complementary', { name: t('window.report.label') }).waitFor();
  await see('report');

  // Its verdict isn't known before the end of its diagnosis.
  await program.dialogs.choose(scenario('healthy/default'));
  await person.choose('window.menu.openFile');
  await person.verdict();
  await stopImmediately(person);
  await see('stopped');
}

/**
 * Starts a diagnosis and clicks Stop in the same frame in which it appears, because a simulated PC
 * is too fast otherwise. On a busy machine even that can be too late, so it's retried.
 */
export async function stopImmediately(person: User): Promise<void> {
  const { page, t, banner } = person;
  const title = banner.getByRole('heading', { level: 1 });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const pressed = page.evaluate(
      (stop) =>
        new Promise<void>((done) => {
          const observer = new MutationObserver(() => {
            const button = [...document.querySelectorAll('button')].find(
              ({ textContent }) => textContent === stop,
            );
            if (button === undefined) return;
            observer.disconnect();
            button.focus();
            button.click();
            done();
          });
          observer.observe(document.body, { childList: true, subtree: true });
        }),
      t('window.banner.stop'),
    );
    await person.diagnose();
    await pressed;
    await page.locator('section[aria-busy="true"]').waitFor({ state: 'detached', ...TIMEOUT });
    if ((await title.innerText()) === t('window.banner.stopped')) return;
  }
  throw new Error('The diagnosis ended before it was stopped, five times');
}
