/** Views of plans, forms and outcomes. */
import { describe, expect, it } from 'vitest';
import { FIX_IDS, type FixId } from '@shared/catalog';
import { translateMessages, translator } from '@shared/i18n';
import type { FormView } from '@shared/plan';
import { Unreadable } from '@engine/computer';
import { planFix, type PlanResult } from '@engine/fixes';
import { formatInstallationId } from '@engine/fixes/activate-by-phone';
import { viewOutcome } from '@engine/fixes/apply';
import { hasUndo, viewEntry, viewForm, viewPlan, viewRefusal } from '@engine/fixes/views';
import type { JournalEntry } from '@engine/journal/lines';
import { licensing, FAKE_KEY, pc, type Pc } from './fixtures';

const t = translator('en');

async function plan(fix: FixId, raw: object, scenario: string | object = {}) {
  const { facts, snapshot } = await pc(scenario);
  const result: PlanResult = await planFix(fix, { ...raw }, snapshot, facts);
  if (!result.ok) throw new Error('refused');
  return result.plan;
}

async function form(fix: FixId, scenario: string | object | Pc = {}) {
  const { facts, snapshot } =
    typeof scenario === 'object' && 'facts' in scenario ? scenario : await pc(scenario);
  const view = await viewForm(fix, snapshot, facts, t);
  if ('problem' in view) throw new Error(view.messages.map(({ message }) => message).join());
  return view;
}

describe('the view of a plan', () => {
  it('contains each change with its previous and new state and its manual commands', async () => {
    const view = viewPlan(await plan('assign-kms-host', { host: 'nobody.contoso.com' }), t);
    expect(view).toMatchObject({
      fix: 'assign-kms-host',
      parameters: { host: 'nobody.contoso.com', port: 1688 },
      changes: [
        {
          kind: 'kms-assignment',
          title: t('changes.kms-assignment.title', { host: 'nobody.contoso.com:1688' }),
          before: t('changes.kms-assignment.automatic'),
          after: t('changes.kms-assignment.assigned', { host: 'nobody.contoso.com:1688' }),
          undoable: true,
        },
      ],
      handover: null,
      risk: t('fixes.assign-kms-host.risk'),
      wayBack: t('fixes.wayBack.undo'),
      warnings: [
        t('fixes.warnings.unresolved', {
          host: 'nobody.contoso.com',
          endpoint: 'nobody.contoso.com:1688',
        }),
      ],
    });
    expect(view.changes[0]?.byHand).toContain('-skms nobody.contoso.com:1688');
    const record = await plan('create-srv-record', {
      domain: 'contoso.com',
      host: 'kms2.contoso.com',
      method: 'dynamic-update',
    });
    expect(viewPlan(record, t).changes[0]?.byHand.split('\n')).toContain('send');
  });

  it('explains what undo restores and what stays, each only once', async () => {
    const wayBack = async (fix: FixId, raw: object, scenario: string | object = {}) =>
      viewPlan(await plan(fix, raw, scenario), t).wayBack;
    expect(await wayBack('open-kms-firewall', {})).toBe(t('fixes.wayBack.nothing'));
    const stays = t('changes.activation.noWayBack');
    expect(await wayBack('activate-now', {})).toBe(stays);
    const test = await wayBack('test-routing', { host: 'kms1.contoso.com' });
    expect(test).toBe(`${t('fixes.wayBack.undo')} ${stays}`);
    const restart = 'licensing-service-unavailable/disabled';
    expect(await wayBack('restart-licensing-service', {}, restart)).toBe(t('fixes.wayBack.undo'));
    expect(await wayBack('restart-licensing-service', {}, 'healthy/kms-host')).toBe(
      t('fixes.wayBack.leavesNothing'),
    );
  });

  it('contains the previous state', async () => {
    const assigned = licensing({}, { KeyManagementServiceMachine: 'kms9' });
    const view = viewPlan(await plan('assign-kms-host', { host: 'kms1' }, assigned), t);
    expect(view.changes[0]?.before).toBe(t('changes.kms-assignment.assigned', { host: 'kms9' }));
  });

  it('shows a key change as undoable only if the previous key is public', async () => {
    const key = { productKey: FAKE_KEY, activate: false };
    const mak = async (product: object) => {
      const { wayBack, changes } = viewPlan(await plan('install-mak', key, licensing(product)), t);
      return { wayBack, undoable: changes.map(({ undoable }) => undoable) };
    };
    expect(await mak({ PartialProductKey: '2YT43' })).toEqual({
      wayBack: t('fixes.wayBack.undo'),
      undoable: [true],
    });
    expect(await mak({ PartialProductKey: 'AAAAA' })).toEqual({
      wayBack: t('changes.product-key.noWayBack', { partialProductKey: 'AAAAA' }),
      undoable: [false],
    });
  });

  it('shows whether each change can be undone', async () => {
    const undoable = async (...args: Parameters<typeof plan>) =>
      viewPlan(await plan(...args), t).changes.map((change) => change.undoable);
    expect(await undoable('test-routing', { host: 'kms1.contoso.com' })).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(await undoable('restart-licensing-service', {}, 'healthy/kms-host')).toEqual([true]);
    expect(hasUndo(await plan('assign-kms-host', { host: 'kms1' }))).toBe(true);
    expect(hasUndo(await plan('activate-now', {}))).toBe(false);
    expect(hasUndo({ changes: [], before: [] })).toBe(false);
  });

  it('contains the handover in the selected language', async () => {
    const told = await plan('open-kms-firewall', {});
    expect(viewPlan(told, t).handover?.text).toContain('Set-NetFirewallRule');
    expect(viewPlan(told, translator('zh-TW')).handover?.text).not.toBe(
      viewPlan(told, t).handover?.text,
    );
  });

  it('joins messages with spaces', () => {
    const messages = [{ key: 'fixes.wayBack.undo' }, { key: 'fixes.wayBack.nothing' }] as const;
    expect(translateMessages(t, messages)).toBe(
      `${t('fixes.wayBack.undo')} ${t('fixes.wayBack.nothing')}`,
    );
  });

  it('contains the problem of each field and suggestions if the plan is refused', async () => {
    const { facts, snapshot } = await pc({});
    const result = await planFix('assign-kms-host', { host: 'fe80::1:1688' }, snapshot, facts);
    if (result.ok) throw new Error('planned');
    const view = viewRefusal(result.refusal, t);
    expect(view.problem).toBe('parameters');
    expect(view.messages).toMatchObject([
      { field: 'host', suggestions: ['[fe80::1]:1688', '[fe80::1:1688]'] },
    ]);
    expect(view.messages[0]?.message).toMatch(/\S+ \S+/);
  });
});

describe('the view of a form', () => {
  const field = (view: FormView, name: string) => view.fields.find((one) => one.name === name);

  it('contains text and fields for every fix', async () => {
    for (const fix of FIX_IDS) {
      const view = await form(fix);
      expect(view).toMatchObject({
        fix,
        title: t(`fixes.${fix}.title`),
        description: t(`fixes.${fix}.description`),
        action: t(`fixes.${fix}.action`),
      });
      for (const { name, label, hint } of view.fields) {
        expect(label).toBe(t(`parameters.${name as 'host'}.label`));
        const isRecord = fix === 'create-srv-record' && name === 'host';
        expect(hint).toBe(t(`parameters.${name as 'host'}.${isRecord ? 'recordHint' : 'hint'}`));
      }
      expect(view.facts.length).toBe(fix === 'activate-by-phone' ? 1 : 0);
    }
  });

  it('contains the suggested values, or the defaults', async () => {
    const view = await form('create-srv-record', 'srv-record-missing/record-missing');
    const starts = Object.fromEntries(view.fields.map(({ name, initial }) => [name, initial]));
    expect(starts).toMatchObject({
      domain: 'contoso.com',
      method: 'windows-dns',
      host: null,
      port: 1688,
      priority: 0,
      weight: 0,
      ttl: 3600,
      zone: null,
      server: '10.0.0.10',
    });
    expect(field(await form('install-mak'), 'activate')?.initial).toBe(true);
    expect(field(await form('set-dns-publishing', 'healthy/kms-host'), 'enabled')?.initial).toBe(
      false,
    );
    const expected = await form('assign-kms-host');
    expect(field(expected, 'host')?.initial).toBe('kms1.contoso.com');
    expect(field(expected, 'port')?.initial).toBe(1688);
  });

  it('contains labels for the choices', async () => {
    const view = await form('create-srv-record');
    expect(field(view, 'method')?.choices).toEqual(
      (['windows-dns', 'dynamic-update', 'text'] as const).map((value) => ({
        value,
        label: t(`parameters.method.choices.${value}`),
      })),
    );
    expect(field(view, 'host')?.choices).toEqual([]);
  });

  it('requires a key only on a KMS host', async () => {
    const required = async (fix: FixId, scenario: string | object) =>
      (await form(fix, scenario)).fields.filter((one) => one.required).map(({ name }) => name);
    expect(await required('install-kms-host-key', {})).toEqual([]);
    expect(await required('install-kms-host-key', 'healthy/kms-host')).toEqual([
      'productKey',
      'confirm',
    ]);
    expect(await required('set-publish-list', 'healthy/kms-host')).toEqual(['domains']);
    expect(await required('assign-kms-host', 'healthy/kms-host')).toEqual(['host']);
  });

  it("isn't available if the fix needs Windows", async () => {
    await expect(form('flush-dns-cache', 'healthy/seen-from-the-network')).rejects.toThrow(
      t('fixes.notHere.needsWindows'),
    );
  });

  it('contains the installation ID if Windows provides one', async () => {
    const label = t('fixes.activate-by-phone.installationId');
    const [shown] = (await form('activate-by-phone')).facts;
    expect(shown).toEqual({
      label,
      value: expect.stringMatching(/^(\d{7}\D){8}\d{7}$/) as string,
    });
    const none = await form('activate-by-phone', 'no-product-key/no-key-installed');
    expect(none.facts).toEqual([]);
    const failing = async (error: Error) => {
      const { facts, snapshot } = await pc({});
      facts.computer.installationId = () => Promise.reject(error);
      return (await form('activate-by-phone', { facts, snapshot })).facts;
    };
    expect(await failing(new Unreadable('tool-failed', 'powershell'))).toEqual([]);
    expect(await failing(new DOMException('late', 'TimeoutError'))).toEqual([]);
    await expect(failing(new TypeError('out of the blue'))).rejects.toThrow('out of the blue');
  });

  it('contains an installation ID in groups of seven digits, or six for an older one', () => {
    expect(formatInstallationId('1'.repeat(63)).split(/\D/)).toHaveLength(9);
    expect(formatInstallationId('1'.repeat(54)).split(/\D/)).toHaveLength(9);
  });
});

describe('the view of an applied fix', () => {
  it('contains the plan, the failure and the notes', async () => {
    const made = await plan('assign-kms-host', { host: 'kms1.contoso.com' }, licensing({}));
    const ended = {
      outcome: 'ended',
      plan: made,
      entry: 'e1',
      result: 'failed',
      failure: [],
      notes: [{ key: 'fixes.wayBack.undo' }],
      recheck: null,
      cancelled: false,
    } as const;
    expect(viewOutcome(ended, t)).toEqual({
      fix: 'assign-kms-host',
      entry: 'e1',
      result: 'failed',
      plan: viewPlan(made, t),
      failure: null,
      notes: [t('fixes.wayBack.undo')],
      verdict: null,
    });
    const failure = [{ key: 'fixes.wayBack.nothing' }] as const;
    expect(viewOutcome({ ...ended, failure }, t).failure).toBe(t('fixes.wayBack.nothing'));
  });

  it('is undoable only on its own target, and only once', async () => {
    const { fix, changes, before, parameters } = await plan('assign-kms-host', { host: 'kms1' });
    const entry: JournalEntry = {
      entry: 'e1',
      fix,
      target: 'scenario:PC-042',
      computer: 'PC-042',
      at: '2026-11-22T09:00:00.000Z',
      parameters,
      changes,
      before,
      state: 'applied',
      events: [{ type: 'change-started', index: 0 }],
    };
    const view = viewEntry(entry, 'scenario:PC-042', t);
    expect(view).toMatchObject({
      entry: 'e1',
      fix,
      title: t('fixes.assign-kms-host.title'),
      target: 'scenario:PC-042',
      at: '2026-11-22T09:00:00.000Z',
      state: 'applied',
      changes: [
        { kind: 'kms-assignment', before: t('changes.kms-assignment.automatic'), undoable: true },
      ],
    });
    expect(view.undoable).toBe(true);
    expect(viewEntry(entry, 'scenario:OTHER', t).undoable).toBe(false);
    expect(viewEntry({ ...entry, state: 'undone' }, 'scenario:PC-042', t).undoable).toBe(false);
  });

  it("isn't undoable after a routing test that restored the previous state", async () => {
    const { fix, changes, before, parameters } = await plan('test-routing', { host: 'kms1' });
    const events = changes.flatMap((_, index): JournalEntry['events'] => [
      { type: 'change-started', index },
      { type: 'change-done', index, way: 'cim', after: null },
    ]);
    const undoable = (state: JournalEntry['state']) => {
      const at = '2026-11-22T09:00:00.000Z';
      const about = { entry: 'e1', fix, target: 'x', computer: 'PC-042', at, parameters };
      return viewEntry({ ...about, changes, before, state, events }, 'x', t).undoable;
    };
    expect(undoable('applied')).toBe(false);
    expect(undoable('verified')).toBe(false);
    expect(undoable('unverified')).toBe(true);
    expect(undoable('open')).toBe(true);
  });
});
