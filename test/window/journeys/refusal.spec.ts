/** What a person can call off: a change, when the native question comes. */
import { afterAll, afterEach, expect, it } from 'vitest';
import { closeChromium } from '../stand-in/launch';
import { type Person, example, sitDown } from './person';

let person: Person | undefined;
afterEach(() => person?.program.close());
afterAll(closeChromium);

it('changes nothing when the native question is answered with no', async () => {
  person = await sitDown(example('srv-record-missing'));
  const { t, banner, dialog, program } = person;
  await person.diagnose();
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
