/** Changes whose states are easily confused with others. */
import { expect, it } from 'vitest';
import type { Computer, ServiceState } from '@engine/computer';
import { changeType, inverseOf } from '@engine/changes';
import { planRollback } from '@engine/changes/rollback';
import { Facts } from '@engine/facts/facts';
import { answer, SERVER } from '../facts/fact-snapshots';
import { computerOf } from '../fixes/fixtures';

const { signal } = new AbortController();

const factsWith = (service: ServiceState | null): Facts => {
  const computer: Computer = { ...computerOf({}), service: () => Promise.resolve(service) };
  return new Facts(computer, {}, signal);
};

it("can't determine whether the DNS cache was flushed if its service isn't running", async () => {
  const flush = { kind: 'dns-cache-flush' } as const;
  const state = (service: ServiceState | null) =>
    changeType(flush).readState(factsWith(service), flush);
  await expect(state({ state: 'running', start: 'automatic' })).resolves.toBeNull();
  await expect(state(null)).resolves.toBeNull();
  await expect(state({ state: 'stopped', start: 'manual' })).rejects.toThrow(
    'tool-failed: Dnscache: stopped',
  );
});

it('distinguishes a delayed automatic start from a plain one', () => {
  const isDone = (start: ServiceState['start'], found: ServiceState['start']) => {
    const change = { kind: 'service-start', service: 'sppsvc', start } as const;
    return changeType(change).isDone(found, change);
  };
  expect(isDone('automatic-delayed', 'automatic-delayed')).toBe(true);
  expect(isDone('automatic-delayed', 'automatic')).toBe(false);
  expect(isDone('disabled', 'automatic-delayed')).toBe(false);
});

it('undoes a start that version 1.0.0 recorded as automatic although Windows delays it', () => {
  const effect = {
    ...{ index: 0, before: 'disabled', after: 'automatic', made: true, memory: undefined },
    change: { kind: 'service-start', service: 'sppsvc', start: 'automatic' },
  } as const;
  expect(planRollback([effect], ['automatic-delayed'], () => false)).toMatchObject([
    { what: 'restore', inverse: { kind: 'service-start', start: 'disabled' } },
  ]);
});

it("doesn't conclude that a record is missing from a truncated response", async () => {
  const change = {
    kind: 'dns-record',
    action: 'add',
    how: { method: 'windows-dns', server: null },
    record: {
      ...{ zone: 'contoso.com', name: '_vlmcs._tcp.contoso.com', target: 'kms1.contoso.com' },
      ...{ port: 1688, priority: 0, weight: 0, ttl: 3600 },
    },
    readAt: [SERVER],
  } as const;
  const state = (answered: object) => {
    const facts = factsWith(null);
    facts.query = () => Promise.resolve({ ...answer(), ...answered });
    return changeType(change).readState(facts, change);
  };
  await expect(state({})).resolves.toBeNull();
  await expect(state({ truncated: true })).rejects.toThrow('no-answer');
});

it('clears the suffix search list with an empty string', () => {
  const byHand = (suffixes: readonly string[]) => {
    const change = { kind: 'suffix-search-list', suffixes } as const;
    return changeType(change).manualSteps(change);
  };
  expect(byHand([])).toEqual([`Set-DnsClientGlobalSetting -SuffixSearchList @('')`]);
  expect(byHand(['a.test'])).toEqual([`Set-DnsClientGlobalSetting -SuffixSearchList @('a.test')`]);
});

it("doesn't link the inverse of a change to the other changes of its plan", () => {
  const linked = { skipWhenDone: 1, tolerateFailure: true } as const;
  const assign = { kind: 'kms-assignment', host: 'kms.test', port: null, productId: 'a' } as const;
  const before = { host: 'old.test', port: 1700 };
  expect(inverseOf({ ...assign, ...linked, restores: true }, before)).toEqual({
    ...assign,
    ...before,
  });
  const start = { kind: 'service-start', service: 'sppsvc', start: 'manual' } as const;
  expect(inverseOf({ ...start, ...linked }, 'disabled')).toEqual({ ...start, start: 'disabled' });
});

it('reports a flushed cache as irreversible only if it was flushed', () => {
  const flush = { index: 0, before: null, after: null, memory: undefined } as const;
  const keptAfter = (made: boolean) => {
    const effect = { ...flush, made, change: { kind: 'dns-cache-flush' } } as const;
    return planRollback([effect], [null], () => true).map(({ kept }) => kept?.key ?? null);
  };
  expect(keptAfter(true)).toEqual(['changes.dns-cache-flush.noWayBack']);
  expect(keptAfter(false)).toEqual([null]);
});
