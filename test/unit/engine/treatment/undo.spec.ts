/** Undoing a treatment as a whole. */
import { describe, expect, it } from 'vitest';
import { translateMessage, translator } from '@shared/i18n';
import { ChangeRefused, Unreadable, type Computer } from '@engine/computer';
import { undo } from '@engine/changes/undo';
import { undoTreatment } from '@engine/treatment/undo';
import { comparable, editJournal } from '../fixes/fix-harness';
import { rehearse, TreatedPc, type Steps } from './treated-pc';

const { signal } = new AbortController();

/** Two settings that can both be undone. */
const TWO_SETTINGS: Steps = [
  ['assign-kms-host', { host: 'kms1.contoso.com' }],
  ['set-lookup-domain', { domain: 'contoso.com' }],
];

async function treated(steps = TWO_SETTINGS) {
  const pc = new TreatedPc('srv-record-in-other-domain/parent-domain', {
    licensing: { service: {} },
  });
  const treatment = await rehearse(pc.document, steps);
  const { treatment: id, steps: done } = await pc.carryOut(treatment);
  if (id === null) throw new Error('Nothing was done');
  expect(done.map(({ result }) => result)).not.toContain('refused');
  const { computer, journal } = pc;
  const [first, second] = done.map(({ entry }) => entry ?? '');
  if (first === undefined || second === undefined) throw new Error('Two steps');
  return { pc, id, first, second, context: { computer, journal, signal } };
}

const but = (computer: Computer, over: Partial<Computer>): Computer =>
  new Proxy(computer, {
    get: (target, name): unknown =>
      (Reflect.get(over, name) as unknown) ?? Reflect.get(target, name),
  });

describe('undoTreatment', () => {
  it('undoes the steps in reverse order', async () => {
    const { pc, id, first, second, context } = await treated();
    expect(await undoTreatment(id, context)).toMatchObject({
      outcome: 'undone',
      entries: [
        { entry: second, fix: 'set-lookup-domain', result: { outcome: 'undone' } },
        { entry: first, fix: 'assign-kms-host', result: { outcome: 'undone' } },
      ],
    });
    expect(comparable(pc.document)).toEqual(comparable(pc.untreated));
  });

  it('skips steps that were undone before, and reports if none are left', async () => {
    const { pc, id, first, second, context } = await treated();
    await undo(second, context);
    const undone = await undoTreatment(id, context);
    expect(undone).toMatchObject({ outcome: 'undone', entries: [{ entry: first }] });
    expect(undone).toHaveProperty('entries.length', 1);
    expect(comparable(pc.document)).toEqual(comparable(pc.untreated));
    expect(await undoTreatment(id, context)).toEqual({
      outcome: 'nothing-to-undo',
      messages: [{ key: 'journal.treatmentUndone', params: { treatment: id } }],
    });
  });

  it('reports what was undone before the PC became unreadable', async () => {
    const { pc, id, first, second, context } = await treated();
    let asked = 0;
    const computer = but(pc.computer, {
      system: (reader) => {
        asked += 1;
        return asked > 2 ? Promise.reject(new Unreadable('timed-out')) : pc.computer.system(reader);
      },
    });
    expect(await undoTreatment(id, { ...context, computer })).toMatchObject({
      outcome: 'failed',
      entries: [
        { entry: second, result: { outcome: 'undone' } },
        {
          entry: first,
          result: {
            outcome: 'failed',
            messages: [{ key: 'journal.stateUnread' }, { key: 'reasons.timed-out' }],
          },
        },
      ],
    });
  });

  it('reports irreversible changes and undoes the others', async () => {
    const steps: Steps = [['set-lookup-domain', { domain: 'contoso.com' }], ['activate-now']];
    const { pc, id, context } = await treated(steps);
    expect(await undoTreatment(id, context)).toMatchObject({
      outcome: 'undone',
      entries: [
        {
          fix: 'activate-now',
          result: { restored: [], kept: [{ key: 'changes.activation.noWayBack' }] },
        },
        { fix: 'set-lookup-domain', result: { restored: [{ kind: 'lookup-domain' }] } },
      ],
    });
    const left = ['activation'] as const;
    expect(comparable(pc.document, left)).toEqual(comparable(pc.untreated, left));
  });

  it('continues with the other steps if one is refused', async () => {
    const { pc, id, first, second, context } = await treated();
    const denied = but(pc.computer, {
      setLookupDomain: () => Promise.reject(new ChangeRefused('access-denied')),
      forUndo: (memory) =>
        but(pc.computer.forUndo?.(memory) as Computer, {
          setLookupDomain: () => Promise.reject(new ChangeRefused('access-denied')),
        }),
    });
    expect(await undoTreatment(id, { ...context, computer: denied })).toMatchObject({
      outcome: 'failed',
      entries: [
        { entry: second, result: { outcome: 'failed' } },
        { entry: first, result: { outcome: 'undone' } },
      ],
    });
    expect(await undoTreatment(id, context)).toMatchObject({
      outcome: 'undone',
      entries: [{ entry: second }],
    });
    expect(comparable(pc.document)).toEqual(comparable(pc.untreated));
  });

  it('preserves changes made by others', async () => {
    const { pc, id, context } = await treated();
    await pc.computer.setLookupDomain('elsewhere.contoso.com', signal);
    expect(await undoTreatment(id, context)).toMatchObject({
      outcome: 'failed',
      entries: [{ result: { outcome: 'changed-since' } }, { result: { outcome: 'undone' } }],
    });
    expect(JSON.stringify(pc.document)).toContain('elsewhere.contoso.com');
    expect(JSON.stringify(pc.document.licensing?.service)).not.toContain('kms1');
  });

  it('changes nothing without administrator rights', async () => {
    const { pc, id, context } = await treated();
    pc.becomes({ computer: { elevated: false } });
    const before = pc.document;
    expect(await undoTreatment(id, context)).toMatchObject({ outcome: 'not-elevated' });
    expect(pc.document).toEqual(before);
    expect((await pc.journal.entries()).map(({ state }) => state)).not.toContain('undone');
  });

  it('reports an unknown treatment ID', async () => {
    const { context } = await treated();
    const undone = await undoTreatment('20260101T000000000-00000000', context);
    expect(undone).toMatchObject({ outcome: 'nothing-to-undo' });
    const [said] = 'messages' in undone ? undone.messages : [];
    if (said === undefined) throw new Error('nothing said');
    expect(translateMessage(translator('en'), said)).toBe(
      "The journal doesn't have a treatment 20260101T000000000-00000000. To list what was done, run the journal command.",
    );
  });

  it('refuses a treatment of another PC', async () => {
    const { pc, id, context } = await treated();
    pc.becomes({ computer: { name: 'PC-043' } });
    expect(await undoTreatment(id, context)).toMatchObject({
      outcome: 'other-target',
      messages: [{ key: 'journal.otherTarget' }],
    });
  });

  it('refuses a treatment with a tampered step', async () => {
    const { pc, id, second, context } = await treated();
    const before = pc.document;
    editJournal(pc.bench.dataDir, (line) =>
      line.includes(second) ? line.replace('"lookup-domain"', '"look-up-domain"') : line,
    );
    expect(await undoTreatment(id, context)).toEqual({
      outcome: 'nothing-to-undo',
      messages: [{ key: 'journal.notBelieved', params: { entry: second } }],
    });
    expect(pc.document).toEqual(before);
  });
});
