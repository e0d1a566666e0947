import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { evidenceOf, type CheckEvidence } from '@shared/diagnosis';
import { evidenceSchema, type Evidence } from '@shared/evidence';
import { describeEvidence } from '@shared/evidence-words';
import { translator } from '@shared/i18n';
import { kmsPath } from '@shared/kms-path';
import { routeOf, stageState } from '@shared/route';
import { diagnose } from '@engine/run';
import { computerOf, EXPECTED } from '../../scenarios/cases';
import { sample } from '../../support/sample';
import { readDocument } from '../../../electron/services/open-file';

const t = translator('en');

/** Returns the evidence of the scenarios, by default of every fourth, as a report stores it. */
async function everyEvidence(): Promise<Evidence[]> {
  const all: Evidence[] = [];
  for (const name of sample(Object.keys(EXPECTED), 4)) {
    const { checks } = (await diagnose(computerOf(name)).result).diagnosis;
    all.push(...checks.flatMap(({ evidence }) => evidence));
  }
  return JSON.parse(JSON.stringify(all)) as Evidence[];
}

describe('evidence', () => {
  it('of the checks round-trips through JSON', { timeout: 60_000 }, async () => {
    const written = await everyEvidence();
    expect(new Set(written.map(({ kind }) => kind))).not.toContain('other');
    expect(written.map((one) => evidenceSchema.parse(one))).toEqual(written);
  });

  it.each([
    ['of an unknown kind', 'quantum', { host: 'kms1', spins: [1, 2], deep: { yes: true } }],
    ['with a missing field', 'ping', { address: '10.0.0.10' }],
    ['with a field of the wrong type', 'clock', { minutes: 'many', source: 'dc1' }],
    ['with an extra field', 'clock', { minutes: 1, source: 'dc1', drift: 2 }],
  ])('%s is kept as other evidence', (_, kind, data) => {
    expect(evidenceSchema.parse({ kind, title: 'asked', data })).toEqual({
      ...{ kind: 'other', was: kind, title: 'asked', data },
    });
  });

  it('that is malformed is rejected', () => {
    for (const wrong of [{ kind: 'dns', title: 1, data: {} }, { kind: 'dns', title: '' }, null]) {
      expect(evidenceSchema.safeParse(wrong).success).toBe(false);
    }
  });

  it('of another version opens with its report and is displayed as plain text', () => {
    const file = path.join(import.meta.dirname, '../../golden/1.0.0/reports');
    const text = readFileSync(path.join(file, 'healthy.json'), 'utf8');
    const report = JSON.parse(text) as {
      procedures: { checks: { evidence: { kind: string; title: string; data: object }[] }[] }[];
    };
    const foreign = { kind: 'quantum', title: 'asked', data: { host: 'kms1', spins: [1, 2] } };
    const malformed = { kind: 'dns', title: 'SRV x', data: { server: '10.0.0.10\u202e' } };
    report.procedures[0]?.checks[0]?.evidence.push(foreign, malformed);
    const opened = readDocument('later.json', JSON.stringify(report));
    if (opened.kind !== 'report') throw new Error(JSON.stringify(opened));
    const shown = opened.report.procedures[0]?.checks[0]?.evidence.slice(-2) ?? [];
    expect(shown.map((one) => describeEvidence(one, t))).toMatchObject([
      {
        ...{ asked: 'asked', from: 'quantum' },
        fields: [
          { name: 'host', value: 'kms1' },
          { name: 'spins', value: '1, 2' },
        ],
      },
      { asked: 'SRV x', from: 'dns', fields: [{ name: 'server', value: '10.0.0.10\\u202e' }] },
    ]);
  });

  it('is found by kind, in all checks or in certain ones', () => {
    const clock = (source: string): Evidence => ({
      ...{ kind: 'clock', title: source, data: { minutes: 1, source } },
    });
    const checks: CheckEvidence[] = [
      { id: 'clock-offset', status: 'pass', evidence: [clock('a')] },
      { id: 'dns-suffixes', status: 'pass', evidence: [clock('b')] },
    ];
    expect(evidenceOf(checks, 'clock').map(({ source }) => source)).toEqual(['a', 'b']);
    expect(evidenceOf(checks, 'clock', 'dns-suffixes')).toEqual([{ minutes: 1, source: 'b' }]);
    expect(evidenceOf(checks, 'ping')).toEqual([]);
  });
});

describe('a path that is still being checked', () => {
  const endpoint = { host: 'kms1.contoso.com', port: 1688 };
  const srv: Evidence = {
    kind: 'resolver',
    title: '',
    data: {
      ...{ name: '_vlmcs._tcp.contoso.com', type: 'SRV', error: null, ms: 1 },
      records: [
        {
          ...{ type: 'SRV', name: '_vlmcs._tcp.contoso.com', ttl: null },
          ...{ priority: 0, weight: 0, port: 1688, target: endpoint.host },
        },
      ],
    },
  };
  const tcp = (address: string, outcome: 'open' | 'refused' | 'filtered' | null): Evidence => ({
    kind: 'tcp',
    title: '',
    data: { ...endpoint, address, outcome, ms: 1, detail: null },
  });
  const walked = (
    connect: readonly Evidence[],
    status: CheckEvidence['status'] = 'pass',
  ): CheckEvidence[] => [
    { id: 'srv-record-published', status: 'pass', evidence: [srv] },
    { id: 'kms-port-reachable', status, evidence: connect },
    { id: 'kms-service-answers', status: 'running', evidence: [] },
  ];
  const states = (checks: CheckEvidence[]) =>
    routeOf(checks, null).columns.slice(-2).map(stageState);

  it('has an open port before the KMS service responds', () => {
    expect(states(walked([tcp('10.0.0.20', 'open')]))).toEqual(['pass', 'running']);
  });

  it('has a filtered port if any address is filtered, as in the verdict', () => {
    const checks = walked([tcp('10.0.0.20', 'refused'), tcp('10.0.0.21', 'filtered')], 'fail');
    expect(kmsPath(checks).targets).toMatchObject([{ portState: 'filtered', reach: 'filtered' }]);
    expect(routeOf(checks, null).columns[4]?.nodes[0]?.value).toEqual({
      key: 'route.value.filtered',
    });
  });

  it('has no KMS host if none is needed, except on a KMS host itself', () => {
    const status = 'not-applicable' as const;
    const open = tcp('10.0.0.20', 'open');
    const found = walked([open]).map((check) => ({ ...check, status }));
    const client = [...found, { id: 'kms-host-activated', status, evidence: [] } as const];
    expect(kmsPath(client).targets).toEqual([]);
    expect(states(client)).toEqual([status, status]);
    const host = [...found, { id: 'kms-host-activated', status: 'pass', evidence: [] } as const];
    expect(kmsPath(host).targets).toHaveLength(1);
  });

  it('has an unknown port if it could not be tried', () => {
    expect(states(walked([tcp('10.0.0.20', null)], 'unknown'))).toEqual(['unknown', 'running']);
  });
});

it.each([
  [null, 'Not set'],
  ['', 'nothing'],
  [[], 'nothing'],
  [0, '0'],
])('the registry value %j is shown as %s', (value, shown) => {
  const data = { key: 'HKLM\\SOFTWARE\\X', name: 'Y', type: 'REG_SZ', value };
  expect(describeEvidence({ kind: 'registry', title: 'Y', data }, t).answer).toBe(shown);
});

it('only the server without the record has a broken path to it', async () => {
  const { checks } = (await diagnose(computerOf('dns-servers-disagree/public-server-first')).result)
    .diagnosis;
  const lines = routeOf(checks, null).lines.filter(({ to }) => to === 'srv');
  expect(lines.map(({ from, state }) => [from, state])).toEqual([
    ['dns:8.8.8.8', 'broken'],
    ['dns:10.0.0.10', 'passed'],
  ]);
});

it('names of settings are translated, but not names from Windows', () => {
  const asked = (name: string, language: 'en' | 'zh-TW') =>
    describeEvidence(
      { kind: 'setting', title: name, data: { name, value: 1 } },
      translator(language),
    ).asked;
  for (const name of ['Primary DNS suffix', 'Domains left out', 'Addresses of kms1 left out']) {
    expect(asked(name, 'en')).toBe(name);
    expect(asked(name, 'zh-TW')).toMatch(/\p{Script=Han}/u);
  }
  for (const name of ['LicenseStatusReason', 'constructor']) {
    expect(asked(name, 'zh-TW')).toBe(name);
  }
});

it('the outcome "unreachable" of earlier versions is parsed as "no-route"', () => {
  const data = { host: 'kms1', address: '::1', port: 1688, ms: 1, detail: 'ENETUNREACH' };
  const written = { kind: 'tcp', title: 'TCP', data: { ...data, outcome: 'unreachable' } };
  expect(evidenceSchema.parse(written)).toMatchObject({
    kind: 'tcp',
    data: { outcome: 'no-route' },
  });
});

it('evidence of the outbound firewall is titled as its check', () => {
  const data = { rule: 'outbound', blocked: false } as const;
  const evidence: Evidence = { kind: 'firewall', title: 'outbound', data };
  const name = t('checks.outbound-firewall.title');
  expect(describeEvidence(evidence, t)).toMatchObject({ asked: name, label: name });
});

it.each(['not-asked', 'left-out', 'access-denied'] as const)(
  'evidence of the resolver says why it was not queried: %s',
  (error) => {
    const data = { name: 'kms1.contoso.com', type: 'A', records: [], error, ms: null } as const;
    const evidence: Evidence = { kind: 'resolver', title: 'A kms1.contoso.com', data };
    expect(describeEvidence(evidence, t).answer).toBe(`nothing (${t(`reasons.${error}`)})`);
  },
);
