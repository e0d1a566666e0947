/**
 * Fixes that others must apply or that affect another product: the message, the DNS servers and
 * Office.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../build/electron-stand-in/main-half';
import { sample } from '../../support/sample';
import { layoutProblems } from './layout-problems';
import { type User, example, scenario, windows } from './user';

const open = windows();

const SMALL = { width: 1000, height: 700 };
const field = (name: string): string => join(ROOT, 'test/data/field', `${name}.json`);

/** Opens the window on a PC and waits for the verdict. */
async function diagnosed(file: string, language: 'en' | 'zh-TW' = 'en'): Promise<User> {
  const person = await open(file, { viewport: SMALL, language });
  await person.verdict();
  return person;
}

it.each(sample(['en', 'zh-TW'] as const, 2))(
  'the message is offered first, and can be copied or saved (%s)',
  async (language) => {
    const person = await diagnosed(example('kms-port-filtered'), language);
    const { t, banner, dialog, page, program } = person;
    const title = t('messages.to.network');
    const opener = banner.getByRole('button', { name: t('window.fix.open', { title }) });
    expect(await banner.locator('[data-primary]').count()).toBe(1);
    expect(await opener.getAttribute('data-primary')).toBe('');
    for (const part of [opener, banner]) {
      const box = await part.boundingBox();
      expect(box!.y + box!.height).toBeLessThan(SMALL.height);
    }
    // The banner doesn't repeat what the verdict explains.
    expect(await banner.getByRole('complementary').count()).toBe(0);
    await opener.click();
    const subject = await dialog.getByRole('heading', { level: 3 }).innerText();
    const text = await dialog.locator('pre').innerText();
    expect(text).toContain('kms1.contoso.com');
    expect(await layoutProblems(page)).toEqual([]);

    const file = join(program.dataDir, 'message.txt');
    await program.dialogs.choose(file);
    await person.button(t('window.fix.saveText'), dialog).click();
    await page.getByText(t('window.notice.saved', { name: 'message.txt' })).waitFor();
    await person.button(t('window.copy.message'), dialog).click();
    const copied = async () =>
      (await program.app.handedOut()).find(({ to }) => to === 'clipboard')?.value ?? '';
    await expect.poll(copied).not.toBe('');
    const [first, empty, ...rest] = (await copied()).split('\n');
    expect(subject).toBe(t('messages.subject', { subject: first! }));
    expect(empty).toBe('');
    expect(rest.join('\n').trim()).toBe(text.trim());
    expect(
      readFileSync(file, 'utf8')
        .replace(/^\uFEFF/, '')
        .replaceAll('\r\n', '\n')
        .trim(),
    ).toBe((await copied()).trim());
  },
);

describe('the DNS servers', () => {
  const openForm = async (who: User) => {
    const { t } = who;
    const title = t('fixes.set-dns-servers.title');
    await who.button(t('window.fix.open', { title }), who.banner).click();
    return who.dialog.getByLabel(t('parameters.servers.label'), { exact: true });
  };

  it('are requested if none are suggested, and an empty list uses those from DHCP', async () => {
    const who = await diagnosed(field('public-server-only'));
    const servers = await openForm(who);
    await who.dialog.getByText(who.t('window.fix.fillIn')).waitFor();
    expect(await servers.inputValue()).toBe('');
    await who.page.keyboard.press('Tab');
    await who.dialog.getByText('-ResetServerAddresses').waitFor();
    await servers.fill('8.8.8.8');
    await who.dialog
      .getByText(who.t('parameters.problems.serverUnfit', { server: '8.8.8.8' }))
      .waitFor();
    await servers.fill('');
    await who.dialog.getByText('-ResetServerAddresses').waitFor();
    expect(await who.dialog.locator('[data-primary]').isEnabled()).toBe(true);
  });

  it('are those that know the domain, and the PC then finds its host', async () => {
    const who = await diagnosed(scenario('dns-servers-disagree/public-server-first'));
    await who.program.dialogs.answer('yes');
    const servers = await openForm(who);
    expect(await servers.inputValue()).toBe('10.0.0.10');
    await who.dialog.locator('[data-primary]:enabled').click();
    await who.dialog.getByText(who.t('window.done.set-dns-servers'), { exact: true }).waitFor();
    await who.button(who.t('window.dialog.done'), who.dialog).click();
    await who.reads('Ready to activate');
  });
});

it('Office is shown with its own error, and activation starts with it', async () => {
  const who = await diagnosed(scenario('office-not-activated/refused'));
  const { t, banner, dialog, page } = who;
  const others = page.getByRole('region', { name: t('window.otherProducts'), exact: true });
  expect(await others.getByRole('listitem').innerText()).toContain('0xC004F038');
  await who.button(t('window.fix.open', { title: t('fixes.activate-now.title') }), banner).click();
  await dialog.getByText('Activate Office', { exact: true }).waitFor();
  await dialog.locator('[data-primary]:enabled').waitFor();
  expect(await layoutProblems(page)).toEqual([]);
});
