/**
 * Text that users paste into a shell, built from values in DNS, the registry, WMI, events or files. It contains no
 * command injected through such a value, and no text contains hidden characters or reverses the order of a line.
 */
import { describe, expect, it } from 'vitest';
import { FIX_IDS, PROCEDURE_IDS, type FixId } from '@shared/catalog';
import { manualSteps } from '@shared/manual-steps';
import { kmsPath } from '@shared/kms-path';
import { LANGUAGES, translateMessage, translator, type Translate } from '@shared/i18n';
import type { ScenarioFile } from '@shared/scenario';
import { changeType, type Change, type Json } from '@engine/changes';
import { SPP_KEY } from '@engine/registry-keys';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import type { Plan } from '@engine/fixes/plan';
import { viewEntry, viewForm, viewPlan, viewRefusal } from '@engine/fixes/views';
import { diagnose } from '@engine/run';
import { jsonReport } from '../../../../electron/report/json';
import { htmlReport } from '../../../../electron/report/html';
import { textReport } from '../../../../electron/report/text';
import { ticket } from '../../../../electron/report/ticket';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { sample } from '../../../support/sample';
import { FIX_CASES } from './fix-cases';
import { FAKE_KEY } from './fixtures';

/** Identifies an injected command in a text. */
const MARK = 'calc';
const PAYLOADS = [
  `kms1.contoso.com\r\n${MARK}.exe\n`,
  `kms1\u001b]0;${MARK}\u0007`,
  `kms1\u202e${MARK}\u2066`,
  `kms1; ${MARK}`,
  `kms1\`${MARK}\``,
  `$(${MARK})`,
  `kms1'; ${MARK}; '`,
  // PowerShell treats typographic quotation marks as plain ones.
  `kms1\u2019; ${MARK}; \u2018`,
  `kms1" & ${MARK} & "`,
  `%COMSPEC% /c ${MARK}`,
  `kms1\u2028${MARK}\u0085`,
  `-${MARK}`,
  `contoso.com,0,0 & ${MARK}`,
];

/** One payload of each kind, since the texts on a KMS host hardly differ from those on a client. */
const ON_A_HOST = [0, 3, 7].map((index) => PAYLOADS[index]!);

const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;

/** Returns a simulated PC without hostile values. Only the parts that `PLACES` writes to are typed. */
function draft(role: 'client' | 'host') {
  const service: Record<string, unknown> = {};
  const product: Record<string, unknown> = {
    Name: 'Windows(R), Enterprise edition',
    Description: `Windows(R) Operating System, ${role === 'host' ? 'VOLUME_KMS' : 'VOLUME_KMSCLIENT'} channel`,
    ApplicationID: '55c92734-d682-4d71-983e-d6ec3f16059f',
    LicenseFamily: 'Enterprise',
    PartialProductKey: '2YT43',
    LicenseStatus: 5,
    LicenseStatusReason: 3_221_549_172,
  };
  const values: Record<string, object> = {};
  const srv: Record<string, unknown> = {
    name: '_vlmcs._tcp.contoso.com',
    type: 'SRV',
    target: 'kms1.contoso.com',
  };
  const address: Record<string, unknown> = {
    name: 'kms1.contoso.com',
    type: 'A',
    address: '10.0.0.20',
  };
  const computer: Record<string, unknown> = {
    name: 'PC-042',
    dnsSuffixSearchList: ['contoso.com'],
    firewallKmsRule: false,
  };
  const adapter: Record<string, unknown> = {
    addresses: ['10.0.0.42'],
    dnsServers: ['10.0.0.10'],
  };
  return {
    schema: 'kms-doctor/scenario@1',
    title: 'PC',
    computer,
    adapters: [adapter],
    licensing: { service, products: [product] },
    registry: { [SPP_KEY]: values },
    events: [{ id: 12288, data: ['0xC004F074', '0x00000000', 'kms1.contoso.com:1688'] }],
    dns: { servers: { '10.0.0.10': { records: [srv, address] } } },
  };
}

type Draft = ReturnType<typeof draft>;

const registry =
  (name: string, type = 'REG_SZ') =>
  (pc: Draft, payload: string): void => {
    pc.registry[SPP_KEY][name] = {
      type,
      value: type === 'REG_MULTI_SZ' ? ['contoso.com', payload] : payload,
    };
  };
const serviceRow = (name: string) => (pc: Draft, payload: string) => {
  pc.licensing.service[name] = payload;
};
const productRow = (name: string) => (pc: Draft, payload: string) => {
  pc.licensing.products[0]![name] = payload;
};
const computer = (name: string) => (pc: Draft, payload: string) => {
  pc.computer[name] = payload;
};
const record = (index: number, name: string) => (pc: Draft, payload: string) => {
  pc.dns.servers['10.0.0.10'].records[index]![name] = payload;
};

const PLACES: Readonly<Record<string, (pc: Draft, payload: string) => void>> = {
  'registry: the assigned host': registry('KeyManagementServiceName'),
  'registry: the assigned port': (pc, payload) => {
    registry('KeyManagementServiceName')(pc, 'kms9.contoso.com');
    registry('KeyManagementServicePort')(pc, payload);
  },
  'registry: the lookup domain': registry('KeyManagementServiceLookupDomain'),
  'registry: the publish list': registry('DnsDomainPublishList', 'REG_MULTI_SZ'),
  'registry: publishing': registry('DisableDnsPublishing'),
  'WMI: the assigned host': serviceRow('KeyManagementServiceMachine'),
  'WMI: the lookup domain': serviceRow('KeyManagementServiceLookupDomain'),
  'WMI: the discovered host': productRow('DiscoveredKeyManagementServiceMachineName'),
  'WMI: the edition': productRow('LicenseFamily'),
  'WMI: the name and description': (pc, payload) => {
    productRow('Name')(pc, payload);
    productRow('ProductKeyChannel')(pc, payload);
  },
  'WMI: the partial key': productRow('PartialProductKey'),
  'WMI: the installation ID': productRow('OfflineInstallationId'),
  'an event': (pc, payload) => {
    pc.events = [{ id: 12288, data: ['0xC004F074', '0x00000000', payload] }];
  },
  'DNS: the target of the record': record(0, 'target'),
  'DNS: the address of the host': record(1, 'address'),
  'an adapter: its DNS server': (pc, payload) => {
    pc.adapters[0]!['dnsServers'] = [payload];
  },
  'an adapter: its name, address and suffix': (pc, payload) => {
    Object.assign(pc.adapters[0]!, {
      name: payload,
      addresses: [payload],
      gateways: [payload],
      connectionSuffix: payload,
    });
  },
  'the suffix search list': (pc, payload) => {
    pc.computer['dnsSuffixSearchList'] = ['contoso.com', payload];
  },
  'the primary suffix': (pc, payload) => {
    pc.computer['dnsSuffixSearchList'] = [];
    computer('primaryDnsSuffix')(pc, payload);
  },
  'the domain': (pc, payload) => {
    pc.computer['dnsSuffixSearchList'] = [];
    computer('domain')(pc, payload);
  },
  'the name of the PC': computer('name'),
  'the version of Windows': computer('os'),
  'a file: its title': (pc, payload) => {
    pc.title = payload;
  },
};

const confirmationId = Array.from({ length: 8 }, (_, group) => `${group}12345`).join('-');
const srvRecord = { domain: 'fabrikam.com', host: 'kms9.contoso.com' };
type Wish = readonly [FixId, Readonly<Record<string, unknown>>];
const CHOSEN: readonly Wish[] = [
  ['install-mak', { productKey: FAKE_KEY }],
  ['install-kms-host-key', {}],
  ['install-kms-host-key', { productKey: FAKE_KEY, confirm: 'PC-042' }],
  ['set-dns-publishing', { enabled: true }],
  ['set-dns-publishing', { enabled: false }],
  ['test-routing', { host: 'kms1.contoso.com' }],
  ['test-routing', { host: '10.0.0.20' }],
  ['add-dns-suffix', { domain: 'fabrikam.com' }],
  ['create-srv-record', { ...srvRecord, method: 'text' }],
  ['create-srv-record', { ...srvRecord, method: 'windows-dns' }],
  ['create-srv-record', { ...srvRecord, method: 'dynamic-update' }],
  ['assign-kms-host', { host: 'kms8.contoso.com' }],
  ['set-lookup-domain', { domain: 'fabrikam.com' }],
  ['set-publish-list', { domains: ['fabrikam.com,10,20'] }],
  ['activate-by-phone', { confirmationId }],
  ['set-dns-servers', {}],
  ['set-dns-servers', { servers: ['10.0.0.11'] }],
];

/** The chosen parameters for each fix, or those of its first matching case. */
const WISHES: readonly Wish[] = [
  ...CHOSEN,
  ...new Map(
    FIX_CASES.map(({ fix, params }): Wish => [fix, params]).filter(
      ([fix]) => !CHOSEN.some(([chosen]) => chosen === fix),
    ),
  ),
];

it('covers every fix', () => {
  expect([...new Set(WISHES.map(([fix]) => fix))].sort()).toEqual([...FIX_IDS].sort());
});

const WORDS = LANGUAGES.map((language) => ({ language, t: translator(language) }));

/** Returns every string in a value, including property names. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)]);
}

/** Returns the part of a text around the mark, to identify it. */
function aroundTheMark(text: string): string {
  const start = Math.max(0, text.indexOf(MARK) - 80);
  return JSON.stringify(text.slice(start, start + 120));
}

/** Returns the faulty texts among those that are pasted and those that are only displayed. */
function faults(pasted: readonly string[], shown: readonly string[]): string[] {
  return [
    ...pasted.filter((text) => text.includes(MARK)),
    ...[...pasted, ...shown].filter((text) => HIDDEN.test(text.replaceAll('\n', ''))),
    // Displayed text must not let an injected value start a new line, either.
    ...shown.filter((text) => new RegExp(`^${MARK}`, 'm').test(text)),
  ].map(aroundTheMark);
}

function planFaults(plan: Plan, t: Translate): string[] {
  const view = viewPlan(plan, t);
  const entry = viewEntry(
    {
      ...plan,
      target: 'scenario:PC',
      computer: 'PC',
      entry: 'e1',
      at: '2026-11-22T08:00:00.000Z',
      state: 'applied',
      events: [],
    },
    'scenario:PC',
    t,
  );
  const pasted = [
    ...[...view.changes, ...entry.changes].map((change) => change.byHand),
    view.handover?.text ?? '',
    ...textsIn(view.parameters),
  ];
  const { changes, handover: _, ...rest } = view;
  return faults(
    pasted,
    textsIn([rest, [...changes, ...entry.changes].map(({ byHand: __, ...words }) => words)]),
  );
}

async function faultsOn(pc: Draft, payload: string): Promise<{ plans: number; found: string[] }> {
  const open = () => createScenarioComputer(pc as unknown as ScenarioFile);
  const { diagnosis, snapshot } = await diagnose(open()).result;
  const facts = new Facts(open(), {}, new AbortController().signal);
  const found: string[] = [];
  let plans = 0;
  const path = kmsPath(diagnosis.checks);
  const commands = PROCEDURE_IDS.flatMap((id) =>
    manualSteps(id, path).map(({ command }) => command),
  );
  const message = diagnosis.verdict.message?.lines ?? [];
  found.push(...faults([...commands, ...message.filter((line) => typeof line === 'string')], []));
  // Reports aren't written for a shell: they only have to exclude characters that hide or move text.
  for (const { language, t } of HIDDEN.test(payload) ? WORDS : []) {
    const options = { language, version: '1.0.0' };
    const { procedures, verdict } = jsonReport(diagnosis, language, '1.0.0');
    const summaries = procedures.flatMap(({ checks }) => checks.map(({ summary }) => summary));
    found.push(
      ...faults(
        [],
        [
          textReport(diagnosis, t),
          ticket(diagnosis, options),
          // A line break is a space in HTML.
          htmlReport(diagnosis, options).replaceAll('\n', ' '),
          verdict.summary,
          ...summaries,
        ],
      ),
    );
  }
  for (const [fix, parameters] of WISHES) {
    const result = await planFix(fix, parameters, snapshot, facts);
    plans += 1;
    for (const { t } of WORDS) {
      const inPlan = result.ok
        ? planFaults(result.plan, t)
        : faults([], textsIn(viewRefusal(result.refusal, t)));
      const form = await viewForm(fix, snapshot, facts, t);
      const read = 'facts' in form ? form.facts.map(({ value }) => value) : [];
      found.push(
        ...inPlan.map((text) => `${fix}: ${text}`),
        ...faults(read, textsIn(form)).map((text) => `${fix}, form: ${text}`),
      );
    }
  }
  return { plans, found };
}

describe.each(Object.entries(PLACES).map(([place, put], turn) => [place, put, turn] as const))(
  'hostile text in %s',
  (_, put, turn) => {
    it('appears in no pasted text and hides nothing in displayed text', async () => {
      const found = new Set<string>();
      let plans = 0;
      const pcs = [
        ...sample(PAYLOADS, 6, turn).map((payload) => ({ role: 'client', payload }) as const),
        ...sample(ON_A_HOST, 6, turn).map((payload) => ({ role: 'host', payload }) as const),
      ];
      for (const { role, payload } of pcs) {
        const pc = draft(role);
        put(pc, payload);
        const looked = await faultsOn(pc, payload);
        plans += looked.plans;
        for (const fault of looked.found) found.add(`${role}: ${fault}`);
      }
      expect([...found]).toEqual([]);
      expect(plans).toBe(pcs.length * WISHES.length);
    }, 60_000);
  },
);

it('accepts only valid ports from the evidence of a report in its commands', () => {
  const stepsWith = (port: number) => {
    const named = { name: '_vlmcs._tcp.contoso.com', type: 'SRV' } as const;
    const record = { ...named, ttl: null, priority: 0, weight: 0, target: 'kms1.contoso.com' };
    const evidence = {
      kind: 'resolver',
      title: '',
      data: { ...named, records: [{ ...record, port }], error: null, ms: 1 },
    } as const;
    const path = kmsPath([{ id: 'srv-record-published', status: 'pass', evidence: [evidence] }]);
    return manualSteps('assign-kms-host', path)[0]?.command;
  };
  expect(stepsWith(1700)).toMatch(/ -skms kms1\.contoso\.com:1700$/);
  for (const port of [1e21, -1, 0.5, 65_536]) {
    expect(stepsWith(port)).toMatch(/ -skms kms1\.contoso\.com:1688$/);
  }
});

describe('a change read from a journal', () => {
  /** The journal only limits the length of each field; it doesn't validate the content. */
  const changesWith = (text: string): readonly (readonly [Change, Json])[] => {
    const record = {
      ...{ zone: text, name: `_vlmcs._tcp.${text}`, target: text },
      ...{ port: 1688, priority: 0, weight: 0, ttl: 3600 },
    };
    const server = { address: text, port: 53 };
    const at = { action: 'add', record, readAt: [] } as const;
    const value = (name: 'KeyManagementServiceName' | 'DnsDomainPublishList') => ({
      location: { key: SPP_KEY, name } as const,
    });
    return [
      [{ kind: 'product-key', partialProductKey: text.slice(-5), purpose: 'mak' }, null],
      [
        { kind: 'kms-assignment', host: text, port: 1688 },
        { host: text, port: null },
      ],
      [{ kind: 'lookup-domain', domain: text }, text],
      [
        {
          kind: 'registry-value',
          ...value('KeyManagementServiceName'),
          value: { type: 'REG_SZ', value: text },
        },
        { type: 'REG_SZ', value: text },
      ],
      [
        {
          kind: 'registry-value',
          ...value('DnsDomainPublishList'),
          value: { type: 'REG_MULTI_SZ', value: ['contoso.com', text] },
        },
        { type: 'REG_MULTI_SZ', value: [text] },
      ],
      [{ kind: 'suffix-search-list', suffixes: ['contoso.com', text] }, [text]],
      [{ kind: 'dns-record', ...at, how: { method: 'windows-dns', server } }, null],
      [
        {
          kind: 'dns-record',
          ...at,
          action: 'remove',
          how: { method: 'windows-dns', server: null },
        },
        null,
      ],
      [
        { kind: 'dns-record', ...at, how: { method: 'dynamic-update', server, tsigKeyFile: text } },
        null,
      ],
    ];
  };

  it.each(PAYLOADS)('contains no injected command with %j', (payload) => {
    const found = changesWith(payload).flatMap(([change, before]) => {
      const type = changeType(change);
      return WORDS.flatMap(({ t }) =>
        faults(
          type.manualSteps(change),
          [type.title(change), type.showBefore(before, change), type.showAfter(change)].map(
            (message) => translateMessage(t, message),
          ),
        ),
      );
    });
    expect(found).toEqual([]);
  });

  it('contains valid values unchanged', () => {
    const lines = ['kms1.contoso.com', '10.0.0.20'].flatMap((text) =>
      changesWith(text).flatMap(([change]) => changeType(change).manualSteps(change)),
    );
    for (const part of [
      '-skms kms1.contoso.com:1688',
      '-skms 10.0.0.20:1688',
      '-skms-domain kms1.contoso.com',
      '/v KeyManagementServiceName /t REG_SZ /d "kms1.contoso.com" /f',
      '/v DnsDomainPublishList /t REG_MULTI_SZ /d "contoso.com\\0kms1.contoso.com" /f',
      "-SuffixSearchList @('contoso.com', 'kms1.contoso.com')",
      "-ZoneName 'kms1.contoso.com' -Name '_vlmcs._tcp' -DomainName 'kms1.contoso.com.'",
      "-ComputerName '10.0.0.20'",
      'server 10.0.0.20 53',
      'nsupdate -k "kms1.contoso.com"',
    ]) {
      expect(lines).toContainEqual(expect.stringContaining(part));
    }
  });
});
