/** Text of the native confirmation dialogs: complete, and safe from lines forged by values read from a PC. */
import { describe, expect, it, vi } from 'vitest';
import { translator } from '@shared/i18n';
import type { QuestionStep } from '../../../electron/elevation/operations';

vi.mock('electron', () => ({ app: {}, dialog: {} }));

const { questionBox } = await import('../../../electron/app/dialogs');

const words = translator('en');
const STEPS: readonly QuestionStep[] = [
  { title: 'Set the lookup domain', changes: ['Set the lookup domain to contoso.com'] },
  { title: 'Activate now', changes: ['Restart service', 'Activate Windows'] },
];
const question = (steps: readonly QuestionStep[], differs = false, simulated = false) =>
  questionBox({ kind: 'treatment', computer: 'PC-042', steps, differs, simulated }, words);

describe('confirmation of a treatment', () => {
  it('names the PC and lists every step with its changes', () => {
    expect(question(STEPS)).toMatchObject({
      message: 'Make the changes of 2 steps on PC-042, one after another?',
      detail: [
        '1. Set the lookup domain',
        '    • Set the lookup domain to contoso.com',
        '2. Activate now',
        '    • Restart service',
        '    • Activate Windows',
      ].join('\n'),
      buttons: [words('dialogs.confirm.apply'), words('dialogs.cancel')],
      defaultId: 1,
      cancelId: 1,
    });
    expect(question(STEPS.slice(0, 1)).message).toBe('Make the changes of 1 step on PC-042?');
  });

  it('warns first if the treatment differs from the one shown, and mentions last if it is simulated', () => {
    const lines = question(STEPS, true, true).detail?.split('\n') ?? [];
    expect(lines.slice(0, 2)).toEqual([words('treatment.confirm.differs'), '']);
    expect(lines.slice(-2)).toEqual(['', words('dialogs.confirm.simulated')]);
  });

  it('lists many changes in one line per step', () => {
    const changes = Array.from({ length: 16 }, (_, index) => `change ${index}.`);
    const { detail = '' } = question([1, 2, 3, 4].map((step) => ({ title: `${step}`, changes })));
    expect(detail.split('\n')).toHaveLength(4);
    for (const line of detail.split('\n')) {
      for (const change of changes) expect(line).toContain(change);
    }
  });

  it("doesn't let a value start a new line", () => {
    const title = 'evil.example\n2. Nothing else\u202e';
    const { detail = '' } = question([{ title: 'Assign', changes: [title] }]);
    expect(detail.split('\n')).toHaveLength(2);
    expect(detail).not.toContain('\u202e');
  });

  it('lists the steps of an undo in the order in which they are undone', () => {
    const steps = [...STEPS].reverse();
    const asked = { kind: 'undo-treatment', computer: 'PC-042', steps } as const;
    const box = questionBox({ ...asked, differs: false, simulated: false }, words);
    expect(box.message).toBe('Undo the changes of 2 steps on PC-042, in this order?');
    expect(box.buttons?.[0]).toBe(words('dialogs.confirm.takeBack'));
    expect(box.detail).toMatch(/^1\. Activate now/);
  });
});

it('confirmation of a fix lists its changes', () => {
  const asked = { kind: 'fix', title: 'Activate now', computer: 'PC-042' } as const;
  const box = questionBox({ ...asked, changes: ['a', 'b'], simulated: false }, words);
  expect(box.message).toBe('Activate now: make these changes on PC-042?');
  expect(box.detail).toBe('1. a\n2. b');
});
