/**
 * From opening the window on a sick PC to an activated one: every click counts, and everything can
 * be undone.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FixId } from '@shared/catalog';
import type { TreatmentOutcomeView, TreatmentResult } from '@shared/treatment';
import type { Locator } from 'playwright';
import { afterEach, describe, expect, it } from 'vitest';
import { type LaunchOptions } from '../../../build/electron-stand-in/launch';
import { axeViolations } from '../axe';
import { sample } from '../../support/sample';
import { layoutProblems } from './layout-problems';
import { untranslatedKey, texts } from './untranslated-key';
import { type InputMethod, type User, TIMEOUT, example, keyboard, scenario, windows } from './user';

const inWindow = windows();
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Writes a modified copy of a scenario to a file. */
function changed(file: string, change: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-repair-'));
  folders.push(folder);
  const path = join(folder, 'scenario.json');
  const before = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...before, ...change }));
  return path;
}

/** Counts clicks, in the window and in native dialogs. */
class Clicks {
  private presses = 0;

  constructor(private readonly who: User) {}

  async press(target: Locator): Promise<void> {
    await expect.poll(() => target.isEnabled(), TIMEOUT).toBe(true);
    await this.who.hands.press(target);
    this.presses += 1;
  }

  async count(): Promise<number> {
    return this.presses + (await this.who.shown()).length;
  }
}

const open = async (file: string, options: LaunchOptions & { hands?: InputMethod } = {}) => {
  const who = await inWindow(file, options);
  await who.program.dialogs.answer('yes');
  return { who, clicks: new Clicks(who) };
};

/** Returns the first button of the banner. */
const repairButton = (who: User): Locator =>
  who.button(who.t('window.fix.open', { title: who.t('treatment.window.title') }), who.banner);
const primary = (who: User): Locator => who.dialog.locator('[data-primary]');
const heading = (who: User): Locator => who.dialog.getByRole('heading', { level: 2 });
const titles = (who: User): Promise<string[]> =>
  who.dialog.locator('ol > li > div > h3').allInnerTexts();
const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => element === document.activeElement);

/** Opens the treatment, verifies its steps, and applies it. */
async function repair(who: User, clicks: Clicks, steps: readonly FixId[]): Promise<void> {
  await clicks.press(repairButton(who));
  await primary(who).waitFor(TIMEOUT);
  expect(await titles(who)).toEqual(steps.map((fix) => who.t(`fixes.${fix}.title`)));
  await clicks.press(primary(who));
}

/** Waits for the given result. */
const ends = (who: User, result: TreatmentResult) =>
  expect
    .poll(() => heading(who).innerText(), TIMEOUT)
    .toBe(who.t(`treatment.window.result.${result}`));

/** A KMS client that isn't activated. */
const SICK = {
  LicenseStatus: 5,
  LicenseStatusReason: 3221549172,
  PartialProductKey: '2YT43',
  LicenseFamily: 'Enterprise',
};
const REMEMBERS = {
  DiscoveredKeyManagementServiceMachineName: '10.0.0.20',
  DiscoveredKeyManagementServiceMachinePort: 1688,
};

const THREE_CLICKS: Readonly<Record<string, readonly [file: () => string, ...steps: FixId[]]>> = {
  'a missing activation': [() => scenario('activation-pending/just-activate'), 'activate-now'],
  'a record in the parent domain': [
    () => scenario('srv-record-in-other-domain/parent-domain'),
    'set-lookup-domain',
    'activate-now',
  ],
  'a dead assigned host': [
    () => scenario('assigned-host-unreachable/old-address'),
    'return-to-auto-discovery',
    'activate-now',
  ],
  'a stale DNS cache': [
    () => scenario('client-resolver-disagrees/stale-address'),
    'flush-dns-cache',
    'activate-now',
  ],
  'a retail key': [
    () => scenario('not-a-kms-client/retail-key-in-grace'),
    'return-to-kms',
    'activate-now',
  ],
  'dead DNS servers and a host that Windows remembers': [
    () =>
      changed(scenario('dns-server-unreachable/dead'), {
        licensing: { products: [{ ...SICK, ...REMEMBERS }] },
      }),
    'assign-kms-host',
    'activate-now',
  ],
  'a wrong clock': [() => scenario('clock-skew/five-hours-fast'), 'sync-clock', 'activate-now'],
};

describe('a repair takes three clicks for', () => {
  it.each(sample(Object.entries(THREE_CLICKS), 7, 1))('%s', async (_name, [file, ...steps]) => {
    const { who, clicks } = await open(file());
    await repair(who, clicks, steps);
    await ends(who, 'healthy');
    expect(await clicks.count()).toBe(3);
    // Focus is on the next action, and the page behind the dialog shows the same verdict.
    expect(await isFocused(primary(who))).toBe(true);
    await who.page.keyboard.press('Enter');
    await who.dialog.waitFor({ state: 'detached' });
    await who.reads(who.t('verdicts.healthy.title'));
    expect(await repairButton(who).count()).toBe(0);
    expect(who.program.app.escapes()).toEqual([]);
  });
});

it('a PC that was activated all along is reported as repaired', async () => {
  const { who, clicks } = await open(scenario('dns-servers-disagree/router-first-by-dhcp'));
  await clicks.press(repairButton(who));
  await clicks.press(primary(who));
  await expect
    .poll(() => heading(who).innerText(), TIMEOUT)
    .toBe(who.t('treatment.window.result.repaired'));
  await who.dialog.getByText(who.t('verdicts.healthy.title'), { exact: true }).waitFor();
});

it("the PC's new state is shown only once", async () => {
  const { who, clicks } = await open(scenario('activation-pending/just-activate'));
  await clicks.press(repairButton(who));
  await clicks.press(primary(who));
  const healthy = who.t('treatment.window.result.healthy');
  await expect.poll(() => heading(who).innerText(), TIMEOUT).toBe(healthy);
  await who.dialog.getByText(who.t('treatment.window.about.healthy')).waitFor();
  expect(await who.dialog.getByText(healthy, { exact: true }).count()).toBe(1);
});

describe('a repair that needs a KMS host', () => {
  const HOST = 'kms1.contoso.com';
  const nameHost = (who: User) =>
    who.button(who.t('window.fix.open', { title: who.t('treatment.window.nameHost') }), who.banner);

  const FOUR_CLICKS = [
    ['a missing record', example('srv-record-missing'), ['assign-kms-host', 'activate-now']],
    [
      'a missing record and a wrong clock',
      scenario('clock-skew/clock-off-and-record-missing'),
      ['sync-clock', 'assign-kms-host', 'activate-now'],
    ],
  ] as const;

  it.each(sample(FOUR_CLICKS, 2, 1))('takes four clicks for %s', async (_name, file, steps) => {
    const { who, clicks } = await open(file);
    await clicks.press(nameHost(who));
    const field = who.dialog.getByLabel(who.t('treatment.window.host'), { exact: true });
    expect(await isFocused(field)).toBe(true);
    await field.fill(HOST);
    await clicks.press(who.button(who.t('treatment.window.look'), who.dialog));
    await expect
      .poll(() => heading(who).innerText(), TIMEOUT)
      .toBe(who.t('treatment.window.title'));
    expect(await titles(who)).toEqual(steps.map((fix) => who.t(`fixes.${fix}.title`)));
    await clicks.press(primary(who));
    await ends(who, 'healthy');
    expect(await clicks.count()).toBe(4);
  });

  it('reports a problem with a host, and accepts the next one with Enter', async () => {
    const { who } = await open(example('srv-record-missing'));
    const { t, page, dialog } = who;
    await nameHost(who).click();
    const field = dialog.getByLabel(t('treatment.window.host'), { exact: true });
    await field.fill('not a host!');
    await page.keyboard.press('Enter');
    await dialog.locator('[aria-invalid="true"]').waitFor(TIMEOUT);
    await field.fill('nowhere.contoso.com');
    await page.keyboard.press('Enter');
    await dialog
      .getByText(t('treatment.window.hostDoesNotHelp', { host: 'nowhere.contoso.com' }))
      .waitFor(TIMEOUT);
    expect(await layoutProblems(page)).toEqual([]);
    await field.fill(HOST);
    await page.keyboard.press('Enter');
    await primary(who).and(page.locator(':focus')).waitFor(TIMEOUT);
    // The result stays if the dialog is closed.
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await repairButton(who).isEnabled()).toBe(true);
  });
});

it('a repair ends if more can be read than before, and continues from there in five clicks', async () => {
  const { who, clicks } = await open(
    changed(scenario('licensing-service-unavailable/disabled'), {
      licensing: { products: [SICK] },
    }),
  );
  const { t, page, dialog } = who;
  await repair(who, clicks, ['restart-licensing-service']);
  const next = dialog.getByRole('region', { name: t('treatment.window.next') });
  await next.waitFor(TIMEOUT);
  expect(await heading(who).innerText()).toBe(t('treatment.window.result.better'));
  expect(await dialog.getByRole('status').first().innerText()).toContain(
    t('verdicts.activation-pending.name'),
  );
  expect(await next.locator('ol > li > div > h3').allInnerTexts()).toEqual([
    t('fixes.activate-now.title'),
  ]);
  expect(await layoutProblems(page)).toEqual([]);
  await primary(who).and(page.locator(':focus')).waitFor(TIMEOUT);
  await clicks.press(primary(who));
  await ends(who, 'healthy');
  expect(await clicks.count()).toBe(5);
});

it("a repair works with Tab, Enter and Escape alone, and doesn't start prematurely", async () => {
  const { who, clicks } = await open(scenario('assigned-host-unreachable/old-address'), {
    hands: keyboard,
  });
  const { page, dialog } = who;
  await expect.poll(() => repairButton(who).isEnabled(), TIMEOUT).toBe(true);
  await who.hands.press(repairButton(who));
  await primary(who).and(page.locator(':focus')).waitFor(TIMEOUT);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await isFocused(repairButton(who))).toBe(true);
  expect(await who.shown()).toEqual([]);
  await repair(who, clicks, ['return-to-auto-discovery', 'activate-now']);
  await ends(who, 'healthy');
  expect(await isFocused(primary(who))).toBe(true);
});

it('a repair returns to its plan if the native confirmation is declined', async () => {
  const { who, clicks } = await open(scenario('assigned-host-unreachable/old-address'));
  await who.program.dialogs.answer('cancel');
  await repair(who, clicks, ['return-to-auto-discovery', 'activate-now']);
  await who.dialog.getByText(who.t('window.fix.declined')).waitFor(TIMEOUT);
  await primary(who).and(who.page.locator(':focus')).waitFor(TIMEOUT);
  await who.page.keyboard.press('Escape');
  expect(await who.activity.getByRole('listitem').innerText()).toBe(who.t('window.activity.empty'));
});

it('a repair stops between two steps, reports it, and offers the rest', async () => {
  const { who, clicks } = await open(
    scenario('srv-record-in-other-domain/parent-of-the-lookup-domain'),
  );
  const { t, page, dialog } = who;
  // Clicks in the same frame in which the button appears, because a simulated PC is too fast
  // otherwise.
  await page.evaluate((stop) => {
    const observer = new MutationObserver(() => {
      const button = [
        ...document.querySelectorAll<HTMLButtonElement>('[role="dialog"] button'),
      ].find(({ textContent, ariaDisabled }) => textContent === stop && ariaDisabled !== 'true');
      if (button === undefined) return;
      observer.disconnect();
      button.click();
    });
    observer.observe(document.body, { childList: true, subtree: true, attributes: true });
  }, t('window.banner.stop'));
  await repair(who, clicks, ['add-dns-suffix', 'return-to-auto-discovery', 'activate-now']);
  await dialog.getByText(t('treatment.why.stopped')).waitFor(TIMEOUT);
  await dialog.getByRole('region', { name: t('treatment.window.next') }).waitFor(TIMEOUT);
  const begun = dialog.locator('ol').first().locator('> li');
  expect(await begun.last().locator('[role="status"]').count()).toBe(0);
  await who.button(t('treatment.window.undoAll'), dialog).waitFor();
});

describe("a repair of a PC that doesn't match the rehearsal", () => {
  const tooFew = () =>
    changed(scenario('srv-record-in-other-domain/parent-domain'), {
      hosts: { '10.0.0.20': { kms: { currentCount: 3 } } },
    });

  it('reports the failed step and the possible next one, and undoes everything', async () => {
    const { who, clicks } = await open(tooFew());
    const { t, page, dialog, activity } = who;
    await who.verdict();
    const before = await who.banner.getByRole('heading', { level: 1 }).innerText();
    await repair(who, clicks, ['set-lookup-domain', 'activate-now']);
    await ends(who, 'failed');
    await dialog.getByText(t('window.verdictNames.kms-count-too-low')).first().waitFor();
    await primary(who).and(page.locator(':focus')).waitFor(TIMEOUT);
    expect(await layoutProblems(page)).toEqual([]);

    await who.button(t('treatment.window.undoAll'), dialog).click();
    await dialog.getByRole('heading', { level: 2, name: t('window.undo.done') }).waitFor(TIMEOUT);
    await primary(who).and(page.locator(':focus')).waitFor(TIMEOUT);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await who.reads(before);
    // The host has reported that it doesn't accept requests, so there's nothing left to try.
    await repairButton(who).waitFor({ state: 'detached', ...TIMEOUT });
    expect(await who.button(t('treatment.window.undoAll'), activity).count()).toBe(0);
  });

  it('can be undone from the activity list', async () => {
    const { who, clicks } = await open(tooFew());
    const { t, page, dialog, activity } = who;
    await repair(who, clicks, ['set-lookup-domain', 'activate-now']);
    await ends(who, 'failed');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await activity.getByText(t('treatment.window.entry', { count: 2 })).waitFor(TIMEOUT);
    await activity.getByRole('button', { expanded: false }).click();
    expect(await activity.getByRole('listitem').count()).toBe(3);
    expect(await layoutProblems(page)).toEqual([]);
    await who.button(t('treatment.window.undoAll'), activity).click();
    await primary(who).click();
    await dialog.getByRole('heading', { level: 2, name: t('window.undo.done') }).waitFor(TIMEOUT);
    expect(await layoutProblems(page)).toEqual([]);
  });
});

it('a repair that departed from the plan shows the reason, the completed steps and the new treatment', async () => {
  const { who, clicks } = await open(scenario('assigned-host-unreachable/old-address'), {
    standIn: {},
  });
  const { t, page, dialog, program } = who;
  const why = 'Another host answers by now.';
  const outcome: TreatmentOutcomeView = {
    treatment: null,
    result: 'departed',
    steps: [
      {
        fix: 'return-to-auto-discovery',
        entry: null,
        rehearsed: 'activation-pending',
        found: 'kms-port-filtered',
        result: 'applied',
        failure: null,
      },
    ],
    verdict: { code: 'kms-port-filtered', certainty: 'certain' },
    left: [],
    why,
    next: null,
  };
  program.app.standIn!.answer('treatment:apply', {
    answer: { outcome: 'finished', result: outcome },
  });
  await repair(who, clicks, ['return-to-auto-discovery', 'activate-now']);
  await ends(who, 'departed');
  await dialog.getByRole('status').getByText(why).waitFor();
  await dialog
    .getByText(t('treatment.window.found', { verdict: t('window.verdictNames.kms-port-filtered') }))
    .waitFor();
  await dialog.getByRole('region', { name: t('treatment.window.next') }).waitFor(TIMEOUT);
  await primary(who).and(page.locator(':focus')).waitFor(TIMEOUT);
  expect(await primary(who).innerText()).toBe(t('treatment.window.action'));
  expect(await layoutProblems(page)).toEqual([]);
});

it("the repair dialog can't be closed while it's working", async () => {
  const { who, clicks } = await open(scenario('assigned-host-unreachable/old-address'), {
    standIn: {},
  });
  const { t, page, dialog, program } = who;
  const standIn = program.app.standIn!;
  let answer: (value: unknown) => void = () => undefined;
  standIn.answer('treatment:apply', new Promise((resolve) => (answer = resolve)));
  await repair(who, clicks, ['return-to-auto-discovery', 'activate-now']);
  const says = (text: string) => dialog.getByRole('status').getByText(text).waitFor(TIMEOUT);
  await says(t('treatment.window.looking'));
  const stop = who.button(t('window.banner.stop'), dialog);
  expect(await stop.getAttribute('aria-disabled')).toBe('true');
  standIn.tell('treatment:progress', { type: 'asking', who: 'windows' });
  await says(t('window.fix.windowsAsks'));
  standIn.tell('treatment:progress', { type: 'step-started', index: 0 });
  const title = t('fixes.return-to-auto-discovery.title');
  await says(t('treatment.window.step', { number: 1, count: 2, title }));
  expect(await stop.getAttribute('aria-disabled')).not.toBe('true');
  standIn.tell('treatment:progress', { type: 'waiting', index: 0 });
  await says(t('treatment.window.waiting'));
  await page.keyboard.press('Escape');
  await says(t('treatment.window.waiting'));
  expect(await layoutProblems(page)).toEqual([]);
  answer({ answer: { outcome: 'declined', by: 'uac' } });
  await dialog.getByText(t('window.fix.uacRefused')).waitFor(TIMEOUT);
});

const LOOKS: readonly (readonly [string, LaunchOptions])[] = [
  ['in the light theme', {}],
  ['in the dark theme, in Chinese', { colorScheme: 'dark', language: 'zh-TW' }],
  [
    'in forced colors, in a small window',
    { forcedColors: true, viewport: { width: 800, height: 600 } },
  ],
];

it.each(sample(LOOKS, LOOKS.length))(
  'the repair dialog is accessible before and after, %s',
  async (_look, options) => {
    const { who } = await open(scenario('assigned-host-unreachable/old-address'), options);
    const { page, dialog } = who;
    const isWell = async (): Promise<void> => {
      expect(await layoutProblems(page)).toEqual([]);
      expect(await axeViolations(page)).toEqual([]);
      if (options.language === 'zh-TW') {
        expect((await texts(page)).map(untranslatedKey).filter(Boolean)).toEqual([]);
      }
    };
    await repairButton(who).and(page.locator(':enabled')).waitFor(TIMEOUT);
    await isWell();
    await repairButton(who).click();
    await dialog.locator('button[aria-expanded="false"]').first().click();
    await isWell();
    await primary(who).click();
    await ends(who, 'healthy');
    await isWell();
  },
);
