/** A planned fix, from its first change to the diagnosis afterward. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { FixId } from '@shared/catalog';
import { ChangeRefused, type Computer } from '@engine/computer';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import { applyFix, type ApplyContext } from '@engine/fixes/apply';
import { Journal } from '@engine/journal/journal';
import { computerOf } from './fixtures';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function apply(
  fix: FixId,
  raw: Readonly<Record<string, unknown>>,
  scenario: string | object,
  over: Partial<ApplyContext> & {
    readonly meanwhile?: (computer: Computer) => Promise<unknown>;
  } = {},
) {
  const { meanwhile, ...context } = over;
  const computer = computerOf(scenario);
  const { signal } = new AbortController();
  const facts = new Facts(computer, {}, signal);
  const planned = await planFix(fix, raw, await facts.snapshot(), facts);
  if (!planned.ok) throw new Error('refused');
  await meanwhile?.(computer);
  const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-apply-'));
  folders.push(folder);
  const journal = new Journal(folder);
  const closed: string[] = [];
  const note = journal.note.bind(journal);
  journal.note = (entry, event) => {
    if (event.type === 'entry-closed') closed.push(event.state);
    return note(entry, event);
  };
  const events: string[] = [];
  const applied = await applyFix(planned, {
    computer,
    journal,
    signal,
    onEvent: ({ type }) => events.push(type),
    ...context,
  });
  const [entry] = await journal.entries();
  return { applied, events, closed, state: entry?.state ?? null };
}

describe('applyFix', () => {
  it('verifies the fix if the diagnosis afterward is healthy', async () => {
    const { applied, events, state } = await apply(
      'activate-now',
      {},
      'activation-pending/just-activate',
    );
    expect(applied).toMatchObject({
      outcome: 'ended',
      plan: { fix: 'activate-now' },
      result: 'verified',
      failure: [],
      notes: [],
      recheck: { diagnosis: { verdict: { code: 'healthy' } } },
      cancelled: false,
    });
    expect(applied.outcome === 'ended' && applied.recheck?.snapshot.licence.ok).toBe(true);
    expect(events).toEqual(['change-started', 'change-finished', 're-checking']);
    expect(state).toBe('verified');
  });

  it("only applies the fix if the diagnosis isn't healthy", async () => {
    const { applied, state } = await apply(
      'assign-kms-host',
      { host: 'kms1.contoso.com' },
      'srv-record-missing/record-missing',
    );
    expect(applied).toMatchObject({
      result: 'applied',
      recheck: { diagnosis: { verdict: { code: 'activation-pending' } } },
    });
    expect(state).toBe('applied');
  });

  it('adds notes about the result', async () => {
    const { applied } = await apply(
      'set-dns-publishing',
      { enabled: true },
      'dns-publishing-disabled/switched-off',
    );
    expect(applied).toMatchObject({
      result: 'verified',
      notes: [{ key: 'fixes.publishing.stands', params: { domain: 'contoso.com' } }],
    });
  });

  it('rolls back and diagnoses if a change is refused, without notes', async () => {
    const computer = computerOf('dns-publishing-disabled/switched-off');
    computer.restartService = () => Promise.reject(new ChangeRefused('not-done', null, 'no'));
    const { applied, state, events } = await apply(
      'set-dns-publishing',
      { enabled: true },
      'dns-publishing-disabled/switched-off',
      { computer },
    );
    expect(applied).toMatchObject({ outcome: 'ended', result: 'rolled-back', notes: [] });
    expect(applied.outcome === 'ended' && applied.failure.length).toBeGreaterThan(0);
    expect(applied).toMatchObject({
      recheck: { diagnosis: { verdict: { code: 'dns-publishing-disabled' } } },
    });
    expect(events).toContain('rolling-back');
    expect(state).toBe('rolled-back');
  });

  it("doesn't start without administrator rights or if the facts have changed", async () => {
    const host = { host: 'kms1.contoso.com' };
    const denied = await apply('assign-kms-host', host, { computer: { elevated: false } });
    expect(denied).toMatchObject({ applied: { outcome: 'not-elevated' }, events: [], state: null });
    const stale = await apply(
      'assign-kms-host',
      host,
      {},
      {
        meanwhile: (computer) => computer.setKmsHost('kms9', 1688, new AbortController().signal),
      },
    );
    expect(stale).toMatchObject({ applied: { outcome: 'stale' }, events: [], state: null });
  });

  it('tries the changes if the rights are unknown, since Windows refuses them without rights', async () => {
    const scenario = 'srv-record-missing/record-missing';
    const unsure = (pc: Computer): Computer => {
      const system = pc.system.bind(pc);
      return { ...pc, system: async (signal) => ({ ...(await system(signal)), elevated: null }) };
    };
    const host = { host: 'kms1.contoso.com' };
    const administrator = { computer: unsure(computerOf(scenario)) };
    const done = await apply('assign-kms-host', host, scenario, administrator);
    expect(done.applied).toMatchObject({ outcome: 'ended', result: 'applied' });
    const denied = unsure(computerOf(scenario));
    denied.setKmsHost = () => Promise.reject(new ChangeRefused('access-denied'));
    expect(await apply('assign-kms-host', host, scenario, { computer: denied })).toMatchObject({
      applied: { outcome: 'ended', failure: [{ key: 'refusals.access-denied' }, {}] },
      state: 'rolled-back',
    });
  });

  it("waits for delayed effects with the computer's timer", async () => {
    const scenario = 'dns-publishing-refused/first-host-owns-the-record';
    const computer = computerOf(scenario);
    const waits: number[] = [];
    computer.events = () => Promise.resolve([]);
    computer.wait = (ms) => Promise.resolve(void waits.push(ms));
    const { applied } = await apply(
      'set-publish-list',
      { domains: ['contoso.com', 'nowhere.contoso.com'] },
      scenario,
      { computer },
    );
    expect(applied).toMatchObject({ result: 'applied' });
    expect(waits.filter((ms) => ms === 2_000)).toHaveLength(9);
  });

  it('neither diagnoses nor verifies if aborted before the diagnosis', async () => {
    const stop = new AbortController();
    const { applied, state } = await apply('activate-now', {}, 'activation-pending/just-activate', {
      signal: stop.signal,
      onEvent: ({ type }) => {
        if (type === 're-checking') stop.abort();
      },
    });
    expect(applied).toMatchObject({ result: 'applied', recheck: null });
    expect(state).toBe('applied');
  });

  it('works without an event handler, and closes the entry again only if it is verified', async () => {
    const host = { host: 'kms1.contoso.com' };
    const missing = 'srv-record-missing/record-missing';
    const { applied, closed } = await apply('assign-kms-host', host, missing, {
      onEvent: undefined,
    });
    expect(applied).toMatchObject({ outcome: 'ended', result: 'applied' });
    expect(closed).toEqual(['applied']);
    const verified = await apply('activate-now', {}, 'activation-pending/just-activate');
    expect(verified.closed).toEqual(['applied', 'verified']);
  });

  it('passes its fact options to the diagnosis', async () => {
    const { applied } = await apply('activate-now', {}, 'activation-pending/just-activate', {
      factOptions: { dnsServers: [{ address: '10.0.0.99', port: 53 }] },
    });
    expect(applied).toMatchObject({
      recheck: { diagnosis: { verdict: { code: 'dns-server-unreachable' } } },
    });
    const again = await apply('activate-now', {}, 'activation-pending/just-activate', {
      factOptions: { domains: ['elsewhere.example'] },
    });
    expect(again.applied).toMatchObject({
      recheck: { diagnosis: { verdict: { code: 'srv-record-in-other-domain' } } },
    });
  });
});
