import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { VERDICT_CODES } from '@shared/catalog';
import { fleetReportSchema } from '@shared/fleet';
import {
  cureSentence,
  fleetHeadline,
  fleetLight,
  fleetSentence,
  groupSentence,
  groupTitle,
  describeReach,
} from '@shared/fleet-words';
import { translator } from '@shared/i18n';
import type { ScenarioFile } from '@shared/scenario';
import { fleetLines } from '../../../electron/cli/print-fleet';
import { columns } from '../../../electron/report/terminal';
import { companyFleet, fleetOf as fleetOfNames } from '../../support/hand-made-fleets';
import { fleetOf, NOT_ACTIVATED, pc, reportOf } from './files';

const ADDRESS = { name: 'kms1.contoso.com', type: 'A', address: '10.0.0.20' } as const;
const NO_RECORD: Partial<ScenarioFile> = {
  licensing: NOT_ACTIVATED,
  dns: { servers: { '10.0.0.10': { records: [ADDRESS] } } },
};
const files = (cases: readonly ScenarioFile[]) =>
  Object.fromEntries(cases.map((one, index) => [`${String(index)}.json`, JSON.stringify(one)]));

/** Creates a PC whose own facts contain a KMS host. */
const knowing = (name: string) => pc(name, { ...NO_RECORD, expectedHosts: ['kms1.contoso.com'] });

/** Creates a PC whose own facts contain no KMS host. */
const unknowing = (name: string) =>
  pc(name, { ...NO_RECORD, hosts: {}, dns: { servers: { '10.0.0.10': { records: [] } } } });

describe('a group', () => {
  it('counts as rehearsed when it ends, with or without cases to rehearse', async () => {
    const reports = {
      'a.json': await reportOf(unknowing('PC-6')),
      'b.json': await reportOf(pc('PC-7')),
    };
    const done: number[] = [];
    const cases = files([
      knowing('PC-1'),
      knowing('PC-2'),
      pc('PC-3', { licensing: NOT_ACTIVATED }),
    ]);
    await fleetOf({ ...reports, ...cases }, (progress) => {
      if (progress.stage !== 'rehearsing') return;
      expect(progress.total).toBe(4);
      done.push(progress.done);
    });
    expect(done).toEqual(done.toSorted((one, other) => one - other));
    expect(done.at(-1)).toBe(4);
  });

  it('is keyed by code and about, sorted by size, and has a rehearsed cure', async () => {
    const { report, members } = await fleetOf(
      files([
        knowing('PC-1'),
        unknowing('PC-2'),
        // There's a second fault behind this one.
        pc('PC-3', {
          ...NO_RECORD,
          expectedHosts: ['kms1.contoso.com'],
          hosts: { '10.0.0.20': { ports: { '1688': 'filtered' } } },
        }),
        pc('PC-4', { licensing: NOT_ACTIVATED }),
        pc('PC-5'),
      ]),
    );
    expect(fleetReportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({ computers: 5, healthy: 1, duplicates: 0 });
    const [widest, ...others] = report.groups;
    expect(widest).toMatchObject({
      code: 'srv-record-missing',
      about: { domain: 'contoso.com' },
      count: 3,
      computers: ['PC-1', 'PC-2', 'PC-3'],
      cure: {
        fix: 'create-srv-record',
        parameters: { domain: 'contoso.com', host: 'kms1.contoso.com', port: 1688 },
        on: 'dns-server',
        heals: 1,
        mayHeal: 1,
        rehearsed: true,
      },
    });
    const about =
      '{"code":null,"domain":"contoso.com","host":null,"port":null,"product":null,"server":null}';
    expect(widest?.id).toBe(hash('sha256', `["srv-record-missing",${about}]`).slice(0, 12));
    expect(members.get(widest?.id ?? '')).toHaveLength(3);
    expect(others).toMatchObject([
      { code: 'activation-pending', cure: { fix: 'activate-now', on: 'this-pc', heals: 1 } },
    ]);
  });

  it('of reports only has a cure that was not rehearsed', async () => {
    const { report } = await fleetOf({ 'a.json': await reportOf(knowing('PC-1')) });
    expect(report.groups[0]?.cure).toMatchObject({
      fix: 'create-srv-record',
      heals: 0,
      mayHeal: 0,
      rehearsed: false,
    });
  });

  it('does not claim that a record was rehearsed if no host is known for it', async () => {
    const { report } = await fleetOf(files([unknowing('PC-1'), unknowing('PC-2')]));
    expect(report.groups[0]?.cure).toMatchObject({ fix: 'create-srv-record', mayHeal: 0 });
    expect(fleetSentence(report, translator('en'))).toBe(
      '2 of 2 PCs share one cause: no KMS record in contoso.com; creating the record on the DNS server might help (not rehearsed).',
    );
  });

  const STAND_ALONE = new Set(['healthy', 'cannot-diagnose']);
  it.each(VERDICT_CODES.filter((code) => !STAND_ALONE.has(code)))(
    'describes %s in the middle of a sentence',
    (code) => {
      const about = { domain: 'd', server: 's', host: 'h', port: 1688, code: '0x1', product: 'p' };
      const group = { id: '', code, about, count: 2, certain: 2, computers: [], cure: null };
      const sentence = groupSentence(group, 2, translator('en'));
      // Only names are capitalized there.
      expect(sentence).toMatch(/share one cause: (?:[a-z]|Windows |Office )/);
      expect(sentence).toMatch(/ (?:\w+n't|is|has|no|needs|failed|was|refuses|returns|counts) /);
    },
  );

  it('takes no facts from a network that only looks the same', async () => {
    const atHome = (name: string, more: Partial<ScenarioFile>) =>
      pc(name, {
        licensing: NOT_ACTIVATED,
        computer: { domain: null, primaryDnsSuffix: null, dnsSuffixSearchList: [] },
        adapters: [
          {
            addresses: ['192.168.1.5'],
            gateways: ['192.168.1.1'],
            dnsServers: ['192.168.1.1'],
            connectionSuffix: 'lan',
          },
        ],
        ...more,
      });
    const { report } = await fleetOf(
      files([
        atHome('PC-1', {
          expectedHosts: ['kms.lan'],
          dns: {
            servers: {
              '192.168.1.1': { records: [{ name: 'kms.lan', type: 'A', address: '192.168.1.9' }] },
            },
          },
          hosts: { '192.168.1.9': { ports: { '1688': 'kms' } } },
        }),
        atHome('PC-2', { dns: { servers: { '192.168.1.1': { records: [] } } }, hosts: {} }),
      ]),
    );
    expect(report.groups[0]).toMatchObject({ count: 2, cure: { heals: 0, mayHeal: 0 } });
  });
});

describe('a fleet', () => {
  it('deduplicates computers by name and client machine ID, and keeps the newest facts', async () => {
    const id = (last: string) => ({
      service: { ClientMachineID: `aaaaaaaa-0000-4000-8000-00000000000${last}` },
    });
    const { report } = await fleetOf(
      files([
        pc('PC-1', { ...NO_RECORD, now: '2026-11-20T09:00:00Z' }),
        pc('pc-1', { now: '2026-11-22T09:00:00Z' }),
        pc('PC-2', { licensing: id('1') }),
        pc('PC-2', { licensing: id('2') }),
        pc('PC-3', { licensing: id('2') }),
      ]),
    );
    expect(report).toMatchObject({ computers: 4, healthy: 4, duplicates: 1, groups: [] });
    expect(report.sameClientId).toEqual([
      {
        clientMachineId: 'aaaaaaaa-0000-4000-8000-000000000002',
        count: 2,
        computers: ['PC-2', 'PC-3'],
      },
    ]);
  });

  it('lists activations that expire soon, each in the shortest period that includes it', async () => {
    const ending = (name: string, days: number) =>
      pc(name, {
        licensing: {
          products: [
            {
              LicenseFamily: 'Enterprise',
              PartialProductKey: '2YT43',
              GracePeriodRemaining: days * 1440,
            },
          ],
        },
      });
    const { report, ending: soon } = await fleetOf(
      files([ending('A', 7), ending('B', 3), ending('C', 20), ending('D', 90), ending('E', 0)]),
    );
    expect(report.expiring).toEqual([
      { days: 7, count: 2 },
      { days: 30, count: 1 },
    ]);
    // By the PCs' own clocks, soonest first.
    expect(soon.map(({ name, days, endsAt }) => [name, days, endsAt])).toEqual([
      ['B', 7, '2026-11-25T09:00:00.000Z'],
      ['A', 7, '2026-11-29T09:00:00.000Z'],
      ['C', 30, '2026-12-12T09:00:00.000Z'],
    ]);
  });

  it('lists unreachable PCs separately from causes', async () => {
    const json = JSON.parse(
      await reportOf(
        pc('PC-1', { faults: { powershell: 'missing' }, unread: { system: 'timed-out' } }),
      ),
    ) as { target: object };
    json.target = { ...json.target, kind: 'remote', reach: { outcome: 'silent', detail: null } };
    const { report } = await fleetOf({ 'a.json': JSON.stringify(json) });
    expect(report.groups).toEqual([]);
    expect(report.notReached).toMatchObject([{ outcome: 'silent', count: 1 }]);
  });
});

describe.each(['en', 'zh-TW'] as const)('texts (%s)', (language) => {
  const t = translator(language);

  it('fit in 80 columns', async () => {
    const fleet = await fleetOf({
      ...files(
        [...Array(7).keys()].map((index) => knowing(`PC-${'x'.repeat(40)}${String(index)}`)),
      ),
      'broken\u001b[2J.json': '{',
    });
    const lines = fleetLines(fleet, language);
    expect(Math.max(...lines.map(columns))).toBeLessThanOrEqual(80);
    expect(lines.join('\n')).toContain('contoso.com');
    // Text that doesn't fit next to its bar wraps with a hanging indent.
    const long = companyFleet(500);
    const [first] = long.report.groups;
    first!.about.domain = `${'branch.'.repeat(12)}contoso.com`;
    const at = fleetLines(long, language).findIndex((line) => line.startsWith('#'));
    expect(fleetLines(long, language)[at + 1]).toMatch(/^ {21}\S/);
    expect(fleetLines(long, language).join('\n')).toContain(t('fleet.words.noCure').slice(0, 20));
  });

  it('list PCs that expire soon with their dates, and why others were not reached', () => {
    const text = fleetLines(companyFleet(500), language).join('\n');
    const [, soon = '', away = ''] = {
      en: [/7 days or less\): 2\n +(.*)/, /^Not reached, (.*): 2$/m],
      'zh-TW': [/7 天以內\)：2 部\n +(.*)/, /^無法連線，(.*)：2 部$/m],
    }[language].reduce<string[]>((found, one) => [...found, one.exec(text)?.[1] ?? ''], ['']);
    expect(soon).toBe(['PC-00490 (2026-11-24)', 'PC-00491 (2026-11-25)'].join(t('report.comma')));
    expect(away).toBe({ en: 'no response', 'zh-TW': '沒有回應' }[language]);
    // Outcomes from later versions are displayed unchanged.
    expect(describeReach('too-far', t)).toContain('too-far');
    expect(describeReach('constructor', t)).toContain('constructor');
  });

  it('do not present an unknown cause as a shared one', () => {
    const planted = [{ code: 'cannot-diagnose' as const, names: ['PC-1', 'PC-2'] }];
    const { report } = fleetOfNames({ planted, activated: ['PC-3'] });
    const said = [fleetSentence(report, t), fleetHeadline(report, t), fleetLight(report)];
    const sentence = {
      en: "The cause couldn't be found for 2 of 3 PCs.",
      'zh-TW': '3 部電腦中有 2 部無法判斷原因。',
    }[language];
    expect(said).toEqual([sentence, sentence, 'unknown']);
    const one = fleetOfNames({ planted: [{ code: 'cannot-diagnose', names: ['PC-1'] }] });
    expect(fleetSentence(one.report, t)).not.toContain('1');
  });

  it('state the shared cause, and how many PCs a cure heals', () => {
    const about = {
      domain: 'branch.contoso.com',
      server: null,
      host: null,
      port: null,
      code: null,
      product: null,
    };
    const cure = {
      fix: 'create-srv-record',
      parameters: {},
      on: 'dns-server',
      heals: 88,
      mayHeal: 324,
      rehearsed: true,
    } as const;
    const group = {
      id: '0'.repeat(12),
      code: 'srv-record-missing',
      about,
      count: 412,
      certain: 412,
      computers: [],
      cure,
    } as const;
    const report = {
      schema: 'kms-doctor/fleet@1',
      computers: 500,
      healthy: 88,
      duplicates: 0,
      groups: [{ ...group, computers: [] }],
      sameClientId: [],
      expiring: [],
      notReached: [],
      unreadable: [],
    } as const;
    const mutable = structuredClone(report) as unknown as Parameters<typeof fleetSentence>[0];
    const expected = {
      en: [
        'No KMS record in branch.contoso.com',
        'Creating the record on the DNS server fixes 88 PCs, and probably 324 more (rehearsed)',
        '412 of 500 PCs share one cause: no KMS record in branch.contoso.com; creating the record on the DNS server fixes 88, probably all of them (rehearsed).',
      ],
      'zh-TW': [
        '網域 branch.contoso.com 中沒有 KMS 記錄',
        '在 DNS 伺服器上建立記錄，可修復 88 部，並可能再修復 324 部 (已預演)',
        '500 部電腦中有 412 部的原因相同：網域 branch.contoso.com 中沒有 KMS 記錄；在 DNS 伺服器上建立記錄，可修復 88 部，並可能修復全部電腦 (已預演)。',
      ],
    };
    const said = [groupTitle(group, t), cureSentence(cure, t), fleetSentence(mutable, t)];
    expect(said).toEqual(expected[language]);
  });
});
