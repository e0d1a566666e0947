/** What the native questions say: all of it, in lines that nothing that was read can draw. */
import { describe, expect, it, vi } from 'vitest';
import { translator } from '@shared/i18n';
import type { QuestionStep } from '../../../electron/elevation/fix-handler';

vi.mock('electron', () => ({ app: {}, dialog: {} }));

const { questionBox } = await import('../../../electron/app/dialogs');

const words = translator('en');
const STEPS: readonly QuestionStep[] = [
  { title: 'Set the lookup domain', changes: ['Set the lookup domain to contoso.com'] },
  { title: 'Activate now', changes: ['Restart service', 'Activate Windows'] },
];
const question = (steps: readonly QuestionStep[], differs = false, simulated = false) =>
  questionBox({ kind: 'treatment', computer: 'PC-042', steps, differs, simulated }, words);

describe('the question before a treatment', () => {
  it('names the PC, every step and every change beneath its step', () => {
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

  it('says first when it is not the one that was shown, and last when nothing is real', () => {
    const lines = question(STEPS, true, true).detail?.split('\n') ?? [];
    expect(lines.slice(0, 2)).toEqual([words('treatment.confirm.differs'), '']);
    expect(lines.slice(-2)).toEqual(['', words('dialogs.confirm.simulated')]);
  });

  it('names all of many changes in few lines', () => {
    const changes = Array.from({ length: 16 }, (_, index) => `change ${index}.`);
    const { detail = '' } = question([1, 2, 3, 4].map((step) => ({ title: `${step}`, changes })));
    expect(detail.split('\n')).toHaveLength(4);
    for (const line of detail.split('\n')) {
      for (const change of changes) expect(line).toContain(change);
    }
  });

  it('lets no value draw a line of its own', () => {
    const title = 'evil.example\n2. Nothing else\u202e';
    const { detail = '' } = question([{ title: 'Assign', changes: [title] }]);
    expect(detail.split('\n')).toHaveLength(2);
    expect(detail).not.toContain('\u202e');
  });

  it('before an undo lists the steps in the order in which they are taken back', () => {
    const steps = [...STEPS].reverse();
    const asked = { kind: 'undo-treatment', computer: 'PC-042', steps } as const;
    const box = questionBox({ ...asked, differs: false, simulated: false }, words);
    expect(box.message).toBe('Undo the changes of 2 steps on PC-042, in this order?');
    expect(box.buttons?.[0]).toBe(words('dialogs.confirm.takeBack'));
    expect(box.detail).toMatch(/^1\. Activate now/);
  });
});

it('the question before a fix lists its changes', () => {
  const asked = { kind: 'fix', title: 'Activate now', computer: 'PC-042' } as const;
  const box = questionBox({ ...asked, changes: ['a', 'b'], simulated: false }, words);
  expect(box.message).toBe('Activate now: make these changes on PC-042?');
  expect(box.detail).toBe('1. a\n2. b');
});
