/** Opening files that are neither a report nor a simulated PC. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { example, windows } from './user';

const opened = windows();

it("a bad file is reported, and the window doesn't change", async () => {
  const person = await opened(example('srv-record-missing'));
  const { t, page, program } = person;
  await person.reads('No KMS record in contoso.com');
  const lights = await person.lights();
  const notice = page.getByRole('region', { name: t('window.notice.label') });
  for (const [name, text, reason] of [
    ['no-json.json', '{', 'no-json.json'],
    ['other.json', '{"schema":"x"}', 'other.json'],
    ['half.json', '{"schema":"kms-doctor/report@1","verdict":{}}', 'half.json'],
  ] as const) {
    const path = join(program.dataDir, name);
    writeFileSync(path, text);
    await program.dialogs.choose(path);
    await person.choose('window.menu.openFile');
    await notice.getByText(reason).waitFor();
    expect(await person.lights()).toEqual(lights);
    await person.reads('No KMS record in contoso.com');
    await person.button(t('window.notice.close'), notice).click();
    await notice.waitFor({ state: 'detached' });
  }
});

/** The menus for a simulated PC and their items. */
const MENUS = {
  'window.menu.open': [
    'window.menu.openFile',
    'window.menu.pasteFacts',
    'window.menu.openFolder',
    'window.menu.openFiles',
    'window.menu.tryCase',
    'window.menu.thisPc',
  ],
  'window.menu.report': [
    'window.copy.ticket',
    'window.menu.copyFacts',
    'window.menu.save.html',
    'window.menu.save.pdf',
    'window.menu.save.json',
    'window.menu.save.text',
    'window.menu.save.case',
    'window.menu.save.caseAnonymous',
  ],
} as const;

it('a saved file can be shown in its folder, and outdated messages disappear', async () => {
  const person = await opened(example('srv-record-missing'));
  const { t, page, program } = person;
  await person.reads('No KMS record in contoso.com');
  const notice = page.getByRole('region', { name: t('window.notice.label') });
  await program.dialogs.choose(join(program.dataDir, 'none.json'));
  await person.choose('window.menu.openFile');
  await notice.getByText('none.json').waitFor();

  // Items for opening and items for the report are in separate menus.
  for (const [menu, items] of Object.entries(MENUS)) {
    await person.button(t(menu as keyof typeof MENUS)).click();
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(items.map((item) => t(item)));
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
  }

  const saved = join(program.dataDir, 'saved.json');
  await program.dialogs.choose(saved);
  await person.choose('window.menu.save.json');
  await notice.getByText(t('window.notice.saved', { name: 'saved.json' })).waitFor();
  expect(await notice.getByText('none.json').count()).toBe(0);
  expect((await notice.boundingBox())!.height, 'its button stands beside it').toBeLessThan(60);
  await person.button(t('window.notice.show'), notice).click();
  await notice.waitFor({ state: 'detached' });
  expect(await program.app.handedOut()).toEqual([{ to: 'shell', value: saved }]);

  await program.dialogs.choose(join(program.dataDir, 'none.json'));
  await person.choose('window.menu.openFile');
  await notice.getByText('none.json').waitFor();
  await person.diagnose();
  await notice.waitFor({ state: 'detached' });
});
