/** A change that was made but couldn't be read back, in the dialog and in the activity list. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unreadable, type Computer } from '@engine/computer';
import { Journal } from '@engine/journal/journal';
import { translator, type Language } from '@shared/i18n';
import type { ApplyOutcome } from '@shared/ipc';
import type { FixProgress } from '@shared/plan';
import { parseScenario } from '@shared/scenario';
import type { Locator } from 'playwright';
import { afterEach, expect, it } from 'vitest';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { createLocalFixService } from '../../../electron/services/local-fix-service';
import { type LaunchOptions } from '../../../build/electron-stand-in/launch';
import { axeViolations } from '../axe';
import { sample } from '../../support/sample';
import { layoutProblems } from './layout-problems';
import { untranslatedKey, texts } from './untranslated-key';
import { type User, example, openWindow } from './user';

const FILE = example('srv-record-missing');
const FIX = 'assign-kms-host';
const HOST = 'kms1.contoso.com';

let person: User | undefined;
const folders: string[] = [];
afterEach(async () => {
  await person?.program.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Returns the window's PC, on which the assignment can't be read after it's made. */
function unreadable(): Computer {
  const parsed = parseScenario(JSON.parse(readFileSync(FILE, 'utf8')));
  if (!parsed.ok) throw new Error(FILE);
  let made = false;
  return new Proxy<Computer>(createScenarioComputer(parsed.scenario), {
    get(target, name, receiver): unknown {
      if (name === 'setKmsHost') made = true;
      return made && (name === 'registryValue' || name === 'licensingService')
        ? () => Promise.reject(new Unreadable('timed-out'))
        : Reflect.get(target, name, receiver);
    },
  });
}

/** Applies the change with the app's engine, and returns what its window would have received. */
async function make(
  dataDir: string,
  language: Language,
): Promise<{ readonly answer: ApplyOutcome; readonly told: readonly FixProgress[] }> {
  const service = createLocalFixService({
    computer: unreadable(),
    journal: new Journal(dataDir),
    words: () => translator(language),
    known: () => null,
  });
  const parameters = { host: HOST };
  const plan = await service.plan(FIX, parameters);
  if (!('digest' in plan)) throw new Error('refused');
  const told: FixProgress[] = [];
  const answer = await service.change(
    'apply',
    { fix: FIX, parameters, digest: plan.digest },
    {
      confirm: () => Promise.resolve(true),
      progress: (step) => told.push(step),
      rechecked: () => undefined,
    },
  );
  service.close();
  return { answer, told };
}

/** Applies the change in a window. */
async function unverified(
  language: Language,
  options: LaunchOptions,
): Promise<{ readonly who: User; readonly step: Locator }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'kms-doctor-unverified-'));
  folders.push(dataDir);
  const { answer, told } = await make(dataDir, language);
  const who = await openWindow(FILE, { ...options, dataDir, standIn: {} });
  person = who;
  const { t, dialog, page, program } = who;
  await who.verdict();

  program.app.standIn!.answer('fix:apply', { answer });
  await page.locator(`[data-card="${FIX}"] button`).first().click();
  await dialog.getByLabel(t('parameters.host.label'), { exact: true }).fill(HOST);
  await dialog.locator('[data-primary]:enabled').click();
  await dialog.getByRole('heading', { name: t('window.fix.unverified') }).waitFor();
  for (const step of told) program.app.standIn!.tell('fix:progress', step);
  return { who, step: dialog.locator('ol > li').filter({ hasText: HOST }) };
}

const LOOKS: readonly (readonly [string, Language, LaunchOptions])[] = [
  ['in the light theme', 'en', {}],
  ['in the dark theme, in Chinese', 'zh-TW', { colorScheme: 'dark', language: 'zh-TW' }],
];

it.each(sample(LOOKS, 2, 1))(
  'an unverified change is shown as neither done nor failed, %s',
  async (_look, language, options) => {
    const { who, step } = await unverified(language, options);
    const { t, activity, dialog, page, program } = who;
    const alert = await dialog.getByRole('alert').innerText();
    for (const part of [t('reasons.timed-out'), t('fixes.unverified.again')]) {
      expect(alert).toContain(part);
    }
    await step.getByText(t('window.activity.state.unverified')).waitFor();
    await who.button(t('window.undo.these'), dialog).waitFor();
    expect(await layoutProblems(page)).toEqual([]);
    expect(await axeViolations(page)).toEqual([]);
    await who.button(t('window.dialog.done'), dialog).click();

    const entry = activity.getByRole('listitem').first();
    await entry.getByText(t('window.activity.state.unverified')).waitFor();
    expect(await entry.innerText()).toContain(t('window.activity.unverified'));
    expect(await layoutProblems(page)).toEqual([]);
    if (language === 'zh-TW')
      expect((await texts(page)).map(untranslatedKey).filter(Boolean)).toEqual([]);

    // The window's PC is unchanged, so undo has nothing to do and reports that.
    await program.dialogs.answer('yes');
    const title = t(`fixes.${FIX}.title`);
    await who.button(t('window.activity.undoOf', { title }), activity).click();
    await dialog.locator('[data-primary]:enabled').click();
    await dialog.getByRole('heading', { name: t('window.undo.done') }).waitFor();
  },
);

it('the outcome stays, with its marks, if its undo is declined', async () => {
  const { who, step } = await unverified('en', {});
  const { t, dialog, program } = who;
  const mark = step.getByText(t('window.activity.state.unverified'));
  await mark.waitFor();
  await program.dialogs.answer('cancel');
  await who.button(t('window.undo.these'), dialog).click();
  await dialog.getByText(t('window.fix.declined')).waitFor();
  await dialog.getByRole('heading', { name: t('window.fix.unverified') }).waitFor();
  await mark.waitFor();
});
