/** The three steps of the article: the name, the address, and the port. */
import { describe, expect, it } from 'vitest';
import type { Change } from '@engine/changes';
import { SPP_KEY } from '@engine/registry-keys';
import type { Step } from '@engine/changes/executor';
import { planFix, type PlanResult } from '@engine/fixes';
import { assess } from '@engine/verdict/assessment';
import { fixOf } from '@engine/fixes';
import type { Reachability } from '@shared/kms-path';
import { probe } from '../facts/fact-snapshots';
import { licensing, pc } from './fixtures';

const NAME = 'kms1.contoso.com';

async function planned(raw: object, scenario: string | object = {}, over = {}) {
  const { facts, snapshot } = await pc(scenario, over);
  return planFix('test-routing', { ...raw }, snapshot, facts);
}

const changesOf = (result: PlanResult): readonly Change[] => {
  if (!result.ok) throw new Error('refused');
  return result.plan.changes;
};

const assign = (host: string | null, port: number | null, more: object = {}) => ({
  kind: 'kms-assignment',
  host,
  port,
  ...more,
});
const attempt = (step: string, more: object = {}) => ({
  kind: 'activation',
  step,
  tolerateFailure: true,
  ...more,
});
const THEN = { skipWhenDone: 1 };

describe('the test-routing plan', () => {
  it('tries the name, then the address, and restores the previous host', async () => {
    expect(changesOf(await planned({ host: NAME }))).toEqual([
      assign(NAME, 1688),
      attempt('by-name'),
      assign('10.0.0.20', 1688, THEN),
      attempt('by-address', THEN),
      assign(null, null, { restores: true }),
    ]);
    const former = licensing(
      {},
      { KeyManagementServiceMachine: 'old', KeyManagementServicePort: 1700 },
    );
    expect(changesOf(await planned({ host: NAME }, former)).at(-1)).toEqual(
      assign('old', 1700, { restores: true }),
    );
  });

  it('changes the host of a product that has its own, which would take precedence', async () => {
    const former = licensing({ KeyManagementServiceMachine: 'old', ID: 'AB-1' });
    const only = { productId: 'ab-1' };
    const changes = changesOf(await planned({ host: NAME }, former));
    expect(changes[0]).toEqual(assign(NAME, 1688, only));
    expect(changes[2]).toEqual(assign('10.0.0.20', 1688, { ...only, ...THEN }));
    expect(changes.at(-1)).toEqual(assign('old', null, { ...only, restores: true }));
  });

  it('tries only the address if one is given', async () => {
    expect(changesOf(await planned({ host: '10.0.0.20:1700' }))).toEqual([
      assign('10.0.0.20', 1700),
      attempt('by-address'),
      assign(null, null, { restores: true }),
    ]);
    expect(changesOf(await planned({ host: '2001:db8::1' }))[0]).toEqual(
      assign('[2001:db8::1]', 1688),
    );
  });

  it('tries the given address, or the one that answers', async () => {
    const second = changesOf(await planned({ host: NAME, address: '10.0.0.21' }))[2];
    expect(second).toEqual(assign('10.0.0.21', 1688, THEN));
    const two = {
      dns: {
        servers: {
          '10.0.0.10': {
            records: ['10.0.0.21', '10.0.0.20', '10.0.0.22'].map((address) => ({
              name: NAME,
              type: 'A',
              address,
            })),
          },
        },
      },
    };
    expect(changesOf(await planned({ host: NAME }, two))[2]).toEqual(
      assign('10.0.0.20', 1688, THEN),
    );
  });

  it('skips the address if the name has none, and warns', async () => {
    const result = await planned({ host: 'nobody.contoso.com' });
    expect(changesOf(result)).toEqual([
      assign('nobody.contoso.com', 1688),
      attempt('by-name'),
      assign(null, null, { restores: true }),
    ]);
    expect(result.ok && result.plan.warnings.map(({ key }) => key)).toEqual([
      'fixes.warnings.unresolved',
    ]);
    const known = await planned({ host: `${NAME}:1700` });
    expect(known.ok && known.plan.warnings).toEqual([]);
  });

  it('is refused if no host is known or given', async () => {
    const nowhere = 'srv-record-missing/record-missing';
    const result = await planned({}, nowhere);
    expect(!result.ok && result.refusal).toMatchObject({
      problem: 'not-here',
      messages: [{ message: [{ key: 'fixes.notHere.noHostToTest' }] }],
    });
    expect((await planned({ host: NAME }, nowhere)).ok).toBe(true);
  });

  it("is refused if the assigned value isn't a host and couldn't be restored", async () => {
    const assigned = (KeyManagementServiceMachine: string) =>
      planned({ host: NAME }, licensing({}, { KeyManagementServiceMachine }));
    const refused = await assigned('kms1; calc\u202e');
    expect(!refused.ok && refused.refusal).toMatchObject({
      problem: 'not-here',
      messages: [
        {
          message: [
            {
              key: 'fixes.notHere.formerHostUnfit',
              params: { value: 'kms1; calc\\u202e', key: SPP_KEY },
            },
          ],
        },
      ],
    });
    for (const host of ['kms9', 'kms9.contoso.com.', '10.0.0.9', '[2001:db8::9]']) {
      expect(changesOf(await assigned(host)).at(-1)).toEqual(
        assign(host, null, { restores: true }),
      );
    }
  });

  it('suggests the assigned host, or the best one', async () => {
    const start = async (scenario: object) =>
      fixOf('test-routing').initial?.(assess((await pc(scenario)).snapshot));
    const assigned = licensing(
      {},
      { KeyManagementServiceMachine: 'kms9', KeyManagementServicePort: 1700 },
    );
    expect(await start(assigned)).toEqual({ host: 'kms9', port: 1700 });
    expect(await start({})).toEqual({ host: NAME, port: 1688 });
    const unfit = licensing({}, { KeyManagementServiceMachine: 'kms1; calc' });
    expect(await start(unfit)).toEqual({ host: NAME, port: 1688 });
    expect(
      await start({ dns: { servers: { '10.0.0.10': { records: [] } } }, ...licensing({}) }),
    ).toEqual({});
  });
});

type Status = Step['status'] | 'no';

/** Returns the conclusion from the results of the attempts and the reachability of the port. */
async function told(
  byName: Status,
  byAddress: Status,
  {
    reach = 'refused',
    host = NAME,
    code = null,
  }: { reach?: Reachability; host?: string; code?: number | null } = {},
) {
  const changes = changesOf(await planned({ host }));
  const status = { 'by-name': byName, 'by-address': byAddress };
  const steps = changes.flatMap((change): Step[] => {
    const mine = change.kind === 'activation' ? status[change.step!] : 'done';
    return mine === 'no' ? [] : [{ change, status: mine, code: mine === 'refused' ? code : null }];
  });
  const { facts } = await pc({});
  const tried: string[] = [];
  facts.probeKms = (address, port) => {
    tried.push(`${address} ${port}`);
    const { connected, answered } = probe(reach);
    return {
      connected: connected.ok ? Promise.resolve(connected.value) : Promise.reject(new Error()),
      answered: answered.ok ? Promise.resolve(answered.value) : Promise.reject(new Error()),
    };
  };
  const values = { host, port: 1688, address: null };
  const said = await fixOf('test-routing').afterApply!({
    values: values,
    steps,
    freshFacts: () => facts,
    wait: () => Promise.resolve(),
    startedAt: new Date(),
  });
  return {
    said: said.map(({ key }) => key.replace('fixes.test-routing.', '')),
    codes: said.flatMap(({ params }) => params?.['code'] ?? []),
    params: said.at(-1)?.params,
    tried,
  };
}

describe('the test-routing conclusion', () => {
  it('is the record if the name worked', async () => {
    expect(await told('done', 'skipped')).toEqual({
      said: ['byName-worked', 'srvRecord'],
      codes: [],
      params: { host: NAME, endpoint: `${NAME}:1688` },
      tried: [],
    });
  });

  it('is name resolution if only the address worked', async () => {
    expect((await told('refused', 'done')).said).toEqual([
      'byName-failed',
      'byAddress-worked',
      'nameResolution',
    ]);
    expect((await told('no', 'done', { host: '10.0.0.20' })).said).toEqual([
      'byAddress-worked',
      'addressWorks',
    ]);
  });

  it.each(['kms', 'not-kms', 'filtered', 'refused', 'unread'] as const)(
    'is the port if neither worked: %s',
    async (reach) => {
      expect(await told('refused', 'refused', { reach, code: 0xc004f074 })).toEqual({
        said: ['byName-code', 'byAddress-code', `port-${reach}`],
        codes: ['0xC004F074', '0xC004F074'],
        params: { host: NAME, endpoint: '10.0.0.20:1688' },
        tried: ['10.0.0.20 1688'],
      });
    },
  );

  it('covers the port of an IPv6 address', async () => {
    const { params, tried } = await told('no', 'refused', { host: '2001:db8::1' });
    expect(params).toEqual({ host: '2001:db8::1', endpoint: '[2001:db8::1]:1688' });
    expect(tried).toEqual(['2001:db8::1 1688']);
  });

  it('is that the name has no address', async () => {
    expect(await told('refused', 'no')).toMatchObject({
      said: ['byName-failed', 'unresolved'],
      tried: [],
    });
    expect((await told('no', 'no')).said).toEqual(['unresolved']);
  });
});
