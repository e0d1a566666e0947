/**
 * From opening the window through the verdict and its fix to a healthy PC and back, with the mouse
 * and with the keyboard alone.
 */
import { describe, expect, it } from 'vitest';
import type { FixId } from '@shared/catalog';
import { FULL, sample } from '../../support/sample';
import {
  type InputMethod,
  type User,
  example,
  keyboard,
  mouse,
  scenario,
  TIMEOUT,
  windows,
} from './user';

interface Step {
  readonly fix: FixId;
  /** Values to fill in, by field label. */
  readonly fill?: Readonly<Record<string, string>>;
  /** The headline after the step. */
  readonly then: string;
  readonly undoable: boolean;
}

const HEALTHY = 'Windows is activated';
const HEALTHY_HOST = 'This KMS host is working';

const JOURNEYS: readonly {
  readonly file: string;
  readonly verdict: string;
  readonly steps: readonly [Step, ...Step[]];
  /** The headline after everything is undone, if it differs from the first one. */
  readonly undone?: string;
}[] = [
  {
    file: example('srv-record-missing'),
    verdict: 'No KMS record in contoso.com',
    steps: [
      {
        fix: 'create-srv-record',
        fill: { 'KMS host': 'kms1.contoso.com' },
        then: 'Ready to activate',
        undoable: true,
      },
      { fix: 'activate-now', then: HEALTHY, undoable: false },
    ],
  },
  {
    file: scenario('assigned-host-unreachable/old-address'),
    verdict: "Can't connect to the assigned KMS host old-kms.contoso.com:1688",
    steps: [{ fix: 'return-to-auto-discovery', then: 'Ready to activate', undoable: true }],
  },
  {
    file: scenario('client-resolver-disagrees/stale-address'),
    verdict: "Windows can't find a record that the DNS server has",
    steps: [{ fix: 'flush-dns-cache', then: 'Ready to activate', undoable: false }],
  },
  {
    file: scenario('licensing-service-unavailable/disabled'),
    verdict: "The Software Protection service isn't available",
    steps: [{ fix: 'restart-licensing-service', then: HEALTHY, undoable: true }],
  },
  {
    file: scenario('activation-pending/just-activate'),
    verdict: 'Ready to activate',
    steps: [{ fix: 'activate-now', then: HEALTHY, undoable: false }],
  },
  {
    file: scenario('dns-publishing-disabled/switched-off'),
    verdict: 'DNS publishing is turned off on this KMS host',
    steps: [{ fix: 'set-dns-publishing', then: HEALTHY_HOST, undoable: true }],
    // The record that was published in the meantime stays in DNS, so the host is found.
    undone: HEALTHY_HOST,
  },
];

const open = windows();

/** Opens the verdict's first fix, fills it in, applies it, and closes its result. */
async function fix(who: User, { fix: id, fill = {}, then }: Step): Promise<void> {
  const { t, hands, dialog, program } = who;
  const opener = who.button(t('window.fix.open', { title: t(`fixes.${id}.title`) }), who.banner);
  await hands.press(opener);
  await dialog.waitFor();
  if (hands === keyboard) {
    await dialog.locator(':focus').waitFor();
    await who.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
    await hands.press(opener);
  }
  for (const [label, text] of Object.entries(fill)) {
    await hands.type(dialog.getByLabel(label, { exact: true }), text);
  }
  const asked = (await program.dialogs.shown()).length;
  const primary = dialog.locator('[data-primary]');
  await expect.poll(() => primary.isEnabled(), TIMEOUT).toBe(true);
  await hands.press(primary);
  await dialog
    .getByRole('heading', { level: 2, name: t(`window.done.${id}`), exact: true })
    .waitFor();
  const questions = (await program.dialogs.shown()).slice(asked);
  expect(questions).toHaveLength(1);
  expect(questions[0]?.kind).toBe('message');
  expect(await dialog.getByRole('region').getByRole('heading').innerText()).toBe(then);
  await hands.press(who.button(t('window.dialog.done'), dialog));
  await dialog.waitFor({ state: 'detached' });
  await who.reads(then);
}

/** Undoes the newest change from the activity list. */
async function undo(who: User, id: FixId): Promise<void> {
  const { t, hands, dialog } = who;
  const title = t(`fixes.${id}.title`);
  await hands.press(who.button(t('window.activity.undoOf', { title }), who.activity));
  await hands.press(who.button(t('window.undo.action'), dialog));
  await dialog.getByText(t('window.undo.done'), { exact: true }).waitFor();
  await hands.press(who.button(t('window.dialog.done'), dialog));
  await dialog.waitFor({ state: 'detached' });
}

async function journey(
  hands: InputMethod,
  { file, verdict, steps, undone = verdict }: (typeof JOURNEYS)[number],
) {
  const person = await open(file, { hands });
  await person.program.dialogs.answer('yes');
  await person.reads(verdict);
  expect((await person.lights()).some((light) => light === 'fail' || light === 'warn')).toBe(true);
  for (const step of steps) await fix(person, step);
  const undoButtons = person.activity.getByRole('button', { name: /^Undo/ });
  const showAll = person.activity.getByRole('button', { expanded: false });
  if (await showAll.isVisible()) await hands.press(showAll);
  expect(await undoButtons.count()).toBe(steps.filter(({ undoable }) => undoable).length);
  for (const step of [...steps].reverse()) {
    if (!step.undoable) continue;
    await undo(person, step.fix);
    await person.reads(undone);
  }
  expect(person.program.app.escapes()).toEqual([]);
}

// By default, test/window/journeys/repair.spec.ts covers the mouse.
describe.runIf(FULL)('a fix and its undo with the mouse', () => {
  it.each(JOURNEYS)('work for the verdict: $verdict', (each) => journey(mouse, each));
});

describe('a fix and its undo with Tab, Enter and Escape alone', () => {
  it.each(sample(JOURNEYS, 6))('work for the verdict: $verdict', (each) => journey(keyboard, each));
});
