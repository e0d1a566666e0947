/**
 * Effects that a compromised page can have through the bridge: nothing is changed without native
 * confirmation, and a product key never comes back once it's sent.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestName, RequestOf } from '@shared/ipc';
import { beforeEach, describe, expect, it } from 'vitest';
import { ask as askPage, diagnosed } from './bridge';
import { example, type User, windows } from './journeys/user';

const opened = windows();
let person: User;

const ask = <Name extends RequestName>(name: Name, request: RequestOf<Name>) =>
  askPage(person.page, name, request);

const questions = async () => (await person.shown()).filter((dialog) => dialog.kind === 'message');

async function open(name: string): Promise<void> {
  person = await opened(example(name));
  // The page starts a run automatically. The test's own run replaces it.
  await ask('run:stop', {});
}

const ASSIGN = {
  fix: 'assign-kms-host',
  parameters: { host: 'kms1.contoso.com', port: 1688 },
} as const;

describe('a fix', () => {
  beforeEach(() => open('srv-record-missing'));

  const planned = async (): Promise<string> => {
    const plan = await ask('fix:plan', ASSIGN);
    if ('problem' in plan) expect.fail(JSON.stringify(plan));
    return plan.digest;
  };

  it('is applied once after native confirmation, and undone after another', async () => {
    expect(await diagnosed(person.page)).toBe('srv-record-missing');
    const digest = await planned();
    await person.program.dialogs.answer('yes');
    const both = await Promise.all([
      ask('fix:apply', { ...ASSIGN, digest }),
      ask('fix:apply', { ...ASSIGN, digest }),
    ]);
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(['finished', 'refused']);
    expect(both).toContainEqual(
      expect.objectContaining({
        result: expect.objectContaining({
          fix: 'assign-kms-host',
          result: 'applied',
          failure: null,
        }) as object,
      }),
    );
    const [question] = await questions();
    expect(question).toMatchObject({
      message: 'Set the KMS host manually: make these changes on PC-042?',
      buttons: ['Make changes', 'Cancel'],
      cancelId: 1,
      defaultId: 1,
    });
    expect(question?.detail).toMatch(/^1\. .*kms1\.contoso\.com/);

    const { entries } = await ask('journal:list', {});
    expect(entries).toHaveLength(1);
    const [entry] = entries;
    expect(entry).toMatchObject({ fix: 'assign-kms-host', state: 'applied', undoable: true });
    await person.program.dialogs.answer('cancel');
    const undo = () => ask('journal:undo', { entry: entry!.entry });
    expect(await undo()).toEqual({ outcome: 'declined', by: 'confirmation' });
    expect((await ask('journal:list', {})).entries[0]).toMatchObject({ state: 'applied' });
    await person.program.dialogs.answer('yes');
    expect(await undo()).toMatchObject({
      outcome: 'finished',
      result: { failure: null, verdict: 'srv-record-missing' },
    });
    expect(await questions()).toHaveLength(3);
    expect((await ask('journal:list', {})).entries[0]).toMatchObject({
      state: 'undone',
      undoable: false,
    });
  });

  it("isn't applied if the confirmation is canceled", async () => {
    const digest = await planned();
    expect(await ask('fix:apply', { ...ASSIGN, digest })).toEqual({
      outcome: 'declined',
      by: 'confirmation',
    });
    expect(await questions()).toHaveLength(1);
    expect((await ask('journal:list', {})).entries).toEqual([]);
  });

  it("isn't applied with a plan that doesn't match this PC", async () => {
    const digest = await planned();
    await person.program.dialogs.answer('yes');
    const otherHost = { host: 'evil.contoso.com', port: 1688 };
    for (const attempt of [
      { ...ASSIGN, digest: '' },
      { ...ASSIGN, digest: 'f'.repeat(64) },
      { ...ASSIGN, parameters: otherHost, digest },
      { fix: 'flush-dns-cache' as const, parameters: {}, digest },
    ]) {
      const { outcome } = await ask('fix:apply', attempt);
      expect(['stale', 'refused']).toContain(outcome);
    }
    expect(await questions()).toEqual([]);
    expect((await ask('journal:list', {})).entries).toEqual([]);
  });
});

describe('a product key', () => {
  const KEY = 'BCDFG-HJKMP-QRTVW-XY234-6N789';

  it('leaves no trace except its last five characters', async () => {
    await open('not-a-kms-client');
    const parameters = { productKey: KEY };
    const plan = await ask('fix:plan', { fix: 'install-mak', parameters });
    if ('problem' in plan) expect.fail(JSON.stringify(plan));
    await person.program.dialogs.answer('yes');
    const applied = await ask('fix:apply', { fix: 'install-mak', parameters, digest: plan.digest });
    expect(applied).toMatchObject({ outcome: 'finished', result: { verdict: 'healthy' } });

    const said = JSON.stringify([
      plan,
      applied,
      await ask('journal:list', {}),
      await ask('fix:form', { fix: 'install-mak' }),
      await ask('report:ticket', {}),
      await ask('app:info', {}),
      await person.program.dialogs.shown(),
      person.program.app.output(),
    ]);
    const bare = KEY.replaceAll('-', '');
    expect(said).toContain('6N789');
    expect(said).not.toContain(KEY);
    expect(said).not.toContain(bare);
    for (const file of readdirSync(person.program.dataDir, { recursive: true, encoding: 'utf8' })) {
      const path = join(person.program.dataDir, file);
      if (!existsSync(path) || !/\.(log|json|jsonl)$/.test(file)) continue;
      const text = readFileSync(path, 'utf8');
      expect(text, file).not.toContain(KEY);
      expect(text, file).not.toContain(bare);
    }
  });
});

describe('a treatment', () => {
  beforeEach(() => open('srv-record-in-other-domain'));

  it("isn't applied with a digest other than that of the displayed one, nor without confirmation", async () => {
    await diagnosed(person.page);
    const none = { digest: 'f'.repeat(64) };
    expect(await ask('treatment:apply', none)).toEqual({ outcome: 'stale' });
    const planned = await ask('treatment:plan', { kmsHosts: [] });
    if ('problem' in planned) expect.fail(planned.problem);
    await person.program.dialogs.answer('yes');
    expect(await ask('treatment:apply', none)).toEqual({ outcome: 'stale' });
    expect(await questions()).toEqual([]);
    await person.program.dialogs.answer('cancel');
    const { digest } = planned.treatment;
    expect(await ask('treatment:apply', { digest })).toEqual({
      outcome: 'declined',
      by: 'confirmation',
    });
    expect(await questions()).toHaveLength(1);
    expect((await ask('journal:list', {})).entries).toEqual([]);
  });
});
