import { describe, expect, it } from 'vitest';
import type { VerdictCode } from '@shared/catalog';
import { translator } from '@shared/i18n';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { clausesOf } from '@shared/treatment';
import { diagnose, type DiagnoseOptions } from '@engine/run';
import { planTreatment } from '@engine/treatment/plan';
import { MAX_REHEARSALS } from '@shared/change-schemas';
import type { RehearsalOptions, Treatment } from '@engine/treatment/treatment';
import { viewTreatment } from '@engine/treatment/views';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { readCase } from '../../../scenarios/cases';
import { keyFile } from '../fixes/fixtures';

const simulate = (file: ScenarioFile) => createScenarioComputer(file);

/** Returns a case of the suite with some of its parts replaced. */
function pc(name: string, parts: Partial<ScenarioFile> = {}): ScenarioFile {
  const parsed = parseScenario({ ...readCase(name), ...parts });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

async function treat(
  file: ScenarioFile,
  options: DiagnoseOptions = {},
  given: RehearsalOptions['given'] = {},
): Promise<Treatment> {
  const result = await diagnose(createScenarioComputer(file), options).result;
  return planTreatment(result, { simulate, given });
}

const fixes = ({ steps }: Treatment) => steps.map(({ fix }) => fix);
const left = (treatment: Treatment) => treatment.left.map((item) => `${item.code}:${item.for}`);
const ends = ({ ends: end }: Treatment) => `${end.code} ${end.certainty}`;

const HOST = ['host-count', 'host-activated', 'host-clock', 'product-served'];

/** Returns the event of a request to a host that ended with a code. */
const asked = (code: string, daysAgo = 1, host = 'kms1.contoso.com:1688') => ({
  id: 12288,
  time: new Date(Date.UTC(2026, 10, 22, 8) - daysAgo * 86_400_000).toISOString(),
  data: [code, '0x00000000', host],
});

describe('planTreatment', () => {
  it.each([
    ['activation-pending/just-activate', ['activate-now'], []],
    [
      'srv-record-in-other-domain/parent-domain',
      ['set-lookup-domain', 'activate-now'],
      ['srv-record-in-other-domain:kms-host'],
    ],
    ['assigned-host-unresolvable/name-gone', ['return-to-auto-discovery', 'activate-now'], []],
    ['client-resolver-disagrees/stale-target', ['flush-dns-cache', 'activate-now'], []],
    ['not-a-kms-client/oem-key', ['return-to-kms', 'activate-now'], []],
    ['no-product-key/no-key-and-clock-off', ['return-to-kms', 'sync-clock', 'activate-now'], []],
  ])('treats %s', async (name, wanted, leaves) => {
    const treatment = await treat(pc(name));
    expect(fixes(treatment)).toEqual(wanted);
    expect(ends(treatment)).toBe('healthy likely');
    expect(left(treatment)).toEqual(leaves);
  });

  it('assigns a host remembered by its address if the DNS server is dead', async () => {
    const dead = pc('dns-server-unreachable/dead', {
      events: [asked('0x00000000', 3, '10.0.0.20:1688')],
      hosts: { '10.0.0.20': { ports: { 1688: 'kms' } } },
    });
    const treatment = await treat(dead);
    expect(fixes(treatment)).toEqual(['assign-kms-host', 'activate-now']);
    expect(ends(treatment)).toBe('healthy certain');
    expect(left(treatment)).toEqual(['dns-server-unreachable:dns-server']);
  });

  it('assigns a host named by the user or the journal if the record is missing', async () => {
    const missing = pc('srv-record-missing/empty-server', {
      dns: {
        servers: {
          '10.0.0.10': { records: [{ name: 'kms1.contoso.com', type: 'A', address: '10.0.0.20' }] },
        },
      },
    });
    const named = await treat(missing, { expectedHosts: ['kms1.contoso.com'] });
    expect(fixes(named)).toEqual(['assign-kms-host', 'activate-now']);
    expect(named.steps[0]?.parameters).toMatchObject({ host: 'kms1.contoso.com', port: 1688 });
    expect(left(named)).toEqual(['srv-record-missing:dns-server']);
    expect(named.left[0]?.message).not.toBeNull();
    const journal = { journalHosts: [{ host: 'kms1.contoso.com', port: 1688 }] };
    expect(fixes(await treat(missing, journal))).toEqual(fixes(named));
    expect(fixes(await treat(missing))).toEqual([]);
  });
});

it("restarts a licensing service that doesn't respond, although the result is unknown", async () => {
  const unread = { licence: 'tool-failed', service: 'tool-failed' } as const;
  const treatment = await treat(pc('activation-pending/just-activate', { unread }));
  expect(fixes(treatment)).toEqual(['restart-licensing-service']);
  expect(treatment.ends).toEqual({
    ...{ code: 'cannot-diagnose', certainty: 'likely' },
    restsOn: ['licence-unread'],
  });
});

it("doesn't allow KMS without a host if Active Directory was already tried", async () => {
  const name = 'activation-type-excludes-kms/and-record-missing';
  expect(fixes(await treat(pc(name)))).toEqual(['allow-kms-activation']);
  const [product] = pc(name).licensing?.products ?? [];
  const products = [{ ...product, LicenseStatusReason: 0xc004f081 }];
  const asked = await treat(pc(name, { licensing: { ...pc(name).licensing, products } }));
  expect(fixes(asked)).toEqual([]);
  expect(left(asked)).toEqual([
    'activation-type-excludes-kms:this-pc',
    'srv-record-missing:dns-server',
  ]);
});

it('sets the clock before it contacts Microsoft', async () => {
  const treatment = await treat(pc('not-a-kms-client/mak-and-clock-a-year-off'));
  expect(fixes(treatment)).toEqual(['sync-clock', 'activate-now']);
  expect(treatment.ends.restsOn).toEqual(['microsoft-activation']);
});

describe("a PC that is healthy or can't be diagnosed", () => {
  it("isn't treated", async () => {
    const healthy = await treat(pc('healthy/default'));
    expect(healthy).toMatchObject({
      steps: [],
      left: [],
      rehearsals: 0,
      ends: { code: 'healthy' },
    });
    const unknown = await treat(pc('cannot-diagnose/powershell-missing'));
    expect(unknown.steps).toEqual([]);
    expect(left(unknown)).toEqual(['cannot-diagnose:this-pc']);
  });
});

describe('expected hosts', () => {
  const pending = pc('activation-pending/just-activate');

  it('are the only ones used for activation', async () => {
    const good = await treat(pending, { expectedHosts: ['KMS1.contoso.com.'] });
    expect(ends(good)).toBe('healthy likely');
    const other = await treat(pending, { expectedHosts: ['kms9.contoso.com'] });
    expect(fixes(other)).toEqual([]);
    expect(ends(other)).toBe('activation-pending certain');
    for (const host of ['kms1', '10.0.0.20']) {
      expect(ends(await treat(pending, { expectedHosts: [host] }))).toBe('healthy likely');
    }
  });

  it("aren't bypassed by settings, either", async () => {
    const parent = pc('srv-record-in-other-domain/licensed');
    expect(ends(await treat(parent))).toBe('healthy certain');
    expect(fixes(await treat(parent, { expectedHosts: ['kms9.contoso.com'] }))).toEqual([]);
    // Without the assignment, Windows would activate with the host in the record.
    const dead = pc('assigned-host-unresolvable/name-gone');
    expect(fixes(await treat(dead))).toContain('return-to-auto-discovery');
    expect(fixes(await treat(dead, { expectedHosts: ['kms9.contoso.com'] }))).toEqual([]);
  });
});

describe('a KMS host', () => {
  it('keeps its key if no client could have reached it', async () => {
    const cut = await treat(pc('kms-count-too-low/kms-host-behind-its-firewall'));
    expect(fixes(cut)).toEqual([]);
    expect(left(cut)).toEqual(['kms-count-too-low:person', 'kms-firewall-closed:this-pc']);
  });

  it("has its key replaced if Microsoft rejects the key and the PC isn't a server", async () => {
    const treatment = await treat(pc('product-key-rejected/kms-host-key-on-a-pc'));
    expect(fixes(treatment)).toEqual(['return-to-kms', 'activate-now']);
    expect(treatment.ends.code).toBe('healthy');
  });

  const pending = (events: ScenarioFile['events']) =>
    pc('activation-pending/just-activate', { events });

  it.each<[string, VerdictCode, string]>([
    ['0xC004F038', 'kms-count-too-low', 'host-count'],
    ['0xC004F041', 'kms-host-not-activated', 'host-activated'],
    ['0xC004F039', 'kms-host-not-activated', 'host-activated'],
    ['0xC004F042', 'kms-host-cannot-activate-this-product', 'product-served'],
    ['0xC004F015', 'kms-host-cannot-activate-this-product', 'product-served'],
    ['0xC004F06B', 'kms-host-cannot-activate-this-product', 'product-served'],
    ['0xC004F06C', 'clock-skew', 'host-clock'],
  ])(
    'is tried once more after refusing with %s, and expected to refuse again',
    async (code, row, rests) => {
      const treatment = await treat(pending([asked(code)]));
      expect(fixes(treatment)).toEqual(['activate-now']);
      expect(treatment.ends).toEqual({ code: row, certainty: 'likely', restsOn: [rests] });
      expect(left(treatment)).toEqual([`${row}:kms-host`]);
    },
  );

  it('is judged by its newest request within 30 days', async () => {
    const accepted = await treat(pending([asked('0xC004F038', 3), asked('0x00000000', 1)]));
    expect(accepted.ends).toEqual({ code: 'healthy', certainty: 'certain', restsOn: [] });
    const old = await treat(pending([asked('0xC004F038', 31)]));
    expect(old.ends).toEqual({ code: 'healthy', certainty: 'likely', restsOn: HOST });
    const longAgo = await treat(pending([asked('0x00000000', 31)]));
    expect(longAgo.ends.restsOn).toEqual(HOST);
  });

  it("isn't blamed for a code without a host or with another one", async () => {
    const nobody = { ...asked('0xC004F038'), id: 8198, data: ['hr=0xC004F038'] };
    expect(ends(await treat(pending([nobody])))).toBe('healthy likely');
    const other = await treat(pending([asked('0xC004F038', 1, 'kms9.contoso.com:1688')]));
    expect(ends(other)).toBe('healthy likely');
  });

  it('refuses only Office if it refused Office', async () => {
    const windows = readCase('activation-pending/just-activate').licensing?.products?.[0];
    const office = {
      ...windows,
      Name: 'Office 24, Office24ProPlus2024VL_KMS_Client_AE edition',
      ApplicationID: '0ff1ce15-a989-479d-af46-f275c6370663',
      ID: '11111111-2222-3333-4444-555555555555',
      LicenseStatusReason: 0xc004f042,
    };
    const { id, time, data } = asked('0xC004F042');
    const refused = { id, time, data: [...data, 'c', '', '0', '5', '0', office.ID, '25'] };
    const treatment = await treat(
      pc('activation-pending/just-activate', {
        licensing: {
          products: [{ ...windows, ID: '22222222-3333-4444-5555-666666666666' }, office],
        },
        events: [refused],
      }),
    );
    expect(ends(treatment)).not.toContain('healthy');
  });

  it('is recognized by its short name', async () => {
    const treatment = await treat(pending([asked('0xC004F038', 1, 'kms1:1688')]));
    expect(treatment.ends.code).toBe('kms-count-too-low');
  });

  it("isn't assigned after a refusal if another one answers", async () => {
    const at = (name: string, address: string) => ({ name, type: 'A' as const, address });
    const record = {
      name: '_vlmcs._tcp.contoso.com',
      type: 'SRV' as const,
      target: 'kms1.contoso.com',
    };
    const two = pc('kms-host-cannot-activate-this-product/only-the-event-says-so', {
      events: [asked('0xC004F042')],
      dns: {
        servers: {
          '10.0.0.10': {
            records: [
              { ...record, priority: 0, weight: 0, port: 1688 },
              at('kms1.contoso.com', '10.0.0.20'),
              at('kms2.contoso.com', '10.0.0.21'),
            ],
          },
        },
      },
      hosts: {
        '10.0.0.20': { ports: { 1688: 'kms' } },
        '10.0.0.21': { ports: { 1688: 'kms' } },
      },
    });
    const treatment = await treat(two, { expectedHosts: ['kms2.contoso.com'] });
    expect(fixes(treatment)).toEqual(['assign-kms-host', 'activate-now']);
    expect(treatment.steps[0]?.parameters).toMatchObject({ host: 'kms2.contoso.com' });
  });

  it('depends on Microsoft if it is this PC, as does a MAK', async () => {
    const host = await treat(pc('kms-host-not-activated/kms-host'));
    expect(host.ends.restsOn).toEqual(['microsoft-activation']);
    const mak = await treat(pc('not-a-kms-client/mak-never-activated'));
    expect(mak.ends).toEqual({
      code: 'healthy',
      certainty: 'likely',
      restsOn: ['microsoft-activation'],
    });
  });
});

describe('a KMS host that publishes itself', () => {
  const refused = (id: number, time: string) => ({ id, time, data: ['contoso.com', '0x8007232D'] });
  const withEvents = (events: ScenarioFile['events']) =>
    treat(pc('dns-publishing-refused/no-event', { events }));

  it('is expected to succeed unless DNS refused it within 30 days', async () => {
    const unknown = await withEvents([]);
    expect(fixes(unknown)).toEqual(['restart-licensing-service']);
    expect(unknown.ends).toEqual({
      code: 'healthy',
      certainty: 'likely',
      restsOn: ['dns-replication', 'rights'],
    });
    const lately = await withEvents([refused(12293, '2026-11-20T08:00:00Z')]);
    expect(fixes(lately)).toEqual([]);
    expect(left(lately)).toEqual(['dns-publishing-refused:dns-server']);
    expect(ends(await withEvents([refused(12293, '2026-10-01T08:00:00Z')]))).toBe('healthy likely');
  });
});

describe('an SRV record', () => {
  const NAMED = ['create-srv-record', 'activate-now'];
  const RIGHTS = ['dns-replication', 'rights', ...HOST];

  it('is created if this PC is the DNS server, and leaves nothing else to fix', async () => {
    const own = pc('srv-record-bare-name/only-the-bare-name');
    const [server] = Object.values(own.dns?.servers ?? {});
    const treatment = await treat({
      ...own,
      adapters: [{ name: 'Ethernet', addresses: ['10.0.0.42'], dnsServers: ['10.0.0.42'] }],
      dns: { servers: { '10.0.0.42': server ?? {} } },
    });
    expect(fixes(treatment)).toEqual(NAMED);
    expect(treatment.ends.restsOn).toEqual(RIGHTS);
    expect(left(treatment)).toEqual([]);
  });

  it('is created if a TSIG key permits it', async () => {
    const given = {
      'create-srv-record': { method: 'dynamic-update', tsigKeyFile: keyFile() },
    };
    const bare = pc('srv-record-bare-name/only-the-bare-name');
    const treatment = await treat(bare, {}, given);
    expect(fixes(treatment)).toEqual(NAMED);
    expect(treatment.ends.restsOn).toEqual(RIGHTS);
  });
});

describe('the rehearsal', () => {
  it('skips a record that the server may refuse', async () => {
    const bare = await treat(pc('srv-record-bare-name/only-the-bare-name'));
    expect(fixes(bare)).not.toContain('create-srv-record');
    const given = { 'create-srv-record': { method: 'dynamic-update' } };
    expect(fixes(await treat(pc('srv-record-bare-name/licensed'), {}, given))).toEqual([
      'assign-kms-host',
    ]);
  });

  it('skips a MAK unless one was given', async () => {
    const used = pc('product-key-rejected/mak-out-of-range-and-dns-dead');
    expect(fixes(await treat(used))).toEqual([]);
    // A made-up key in the right format.
    const productKey = 'BBBBB-CCCCC-DDDDD-FFFFF-GNGGG';
    const treatment = await treat(used, {}, { 'install-mak': { productKey } });
    expect(fixes(treatment)).toEqual(['install-mak']);
    expect(treatment.ends.restsOn).toEqual(['microsoft-activation']);
    expect(JSON.stringify(treatment)).not.toContain('BBBBB');
  });

  it('skips a key change if no KMS host answers', async () => {
    const treatment = await treat(
      pc('product-key-rejected/mak-extension-used-up-and-record-missing'),
    );
    expect(treatment.rehearsals).toBe(1);
    expect(left(treatment)).toEqual([
      'product-key-rejected:person',
      'srv-record-missing:dns-server',
    ]);
  });
});

describe("a treatment that doesn't end healthy", () => {
  it('contains fixes that help on their own, as long as each clears its verdict', async () => {
    const treatment = await treat(pc('clock-skew/clock-off-and-record-missing'));
    expect(fixes(treatment)).toEqual(['sync-clock']);
    expect(treatment.ends.code).toBe('srv-record-missing');
    expect(left(treatment)).toEqual(['srv-record-missing:dns-server']);
  });

  it('ends without a diagnosis if the fault made facts unreadable', async () => {
    const treatment = await treat(pc('licensing-service-unavailable/disabled'));
    expect(fixes(treatment)).toEqual(['restart-licensing-service']);
    expect(treatment.ends).toEqual({
      code: 'cannot-diagnose',
      certainty: 'likely',
      restsOn: ['licence-unread'],
    });
    expect(left(treatment)).toEqual(['cannot-diagnose:this-pc']);
  });
});

it('prefers clearing a setting to adding one', async () => {
  const dead = pc('assigned-host-unreachable/old-address', {
    events: [asked('0x00000000', 2, '10.0.0.20:1688')],
  });
  const treatment = await treat(dead);
  expect(fixes(treatment)).toEqual(['return-to-auto-discovery', 'activate-now']);
  expect(left(treatment)).toEqual([]);
});

it('accumulates the unreadable facts that each step depends on, in order', async () => {
  const { steps } = await treat(pc('client-resolver-disagrees/stale-target'));
  expect(steps.map(({ then }) => then.restsOn)).toEqual([
    ['resolver-cache'],
    ['resolver-cache', ...HOST],
  ]);
});

it('computes the same digest for the same PC, and another one for another parameter', async () => {
  const parent = pc('srv-record-in-other-domain/parent-domain');
  const [once, again] = [await treat(parent), await treat(parent)];
  expect(again.digest).toBe(once.digest);
  const other = await treat(parent, {}, { 'set-lookup-domain': { domain: 'other.example' } });
  expect(other.digest).not.toBe(once.digest);
  expect(once.digest).toMatch(/^[0-9a-f]{64}$/);
});

it('keeps the hosts of a PC that its own firewall blocks, but sets its clock', async () => {
  const shutIn = pc('assigned-host-unreachable/own-firewall');
  const treatment = await treat(shutIn);
  expect(treatment.steps).toEqual([]);
  expect(left(treatment)).toEqual(['assigned-host-unreachable:this-pc']);
  const slow = { ...shutIn, computer: { ...shutIn.computer, clockSkewMinutes: 300 } };
  expect((await treat(slow)).steps.map(({ fix }) => fix)).toEqual(['sync-clock']);
});

it('stops when aborted', async () => {
  const result = await diagnose(createScenarioComputer(pc('kms-firewall-closed/rule-off'))).result;
  const stop = new AbortController();
  const planning = planTreatment(result, { simulate, signal: stop.signal });
  setImmediate(() => {
    stop.abort(new Error('stopped'));
  });
  await expect(planning).rejects.toThrow('stopped');
});

it('yields to other work and respects the limit on rehearsals', async () => {
  const result = await diagnose(createScenarioComputer(pc('kms-firewall-closed/rule-off'))).result;
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  const treatment = await planTreatment(result, { simulate });
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(treatment.rehearsals / 2);
  expect(treatment.rehearsals).toBeLessThanOrEqual(MAX_REHEARSALS);
});

it('formats a treatment as text', async () => {
  const treatment = await treat(pc('srv-record-bare-name/only-the-bare-name'));
  const view = viewTreatment(treatment, { computer: 'PC-042', os: 'Windows 11' }, translator('en'));
  expect(view.steps[0]).toMatchObject({ fix: 'assign-kms-host', because: 'srv-record-bare-name' });
  expect(view.steps[0]?.changes[0]?.after).toContain('kms1.contoso.com');
  expect(view.left[0]).toMatchObject({ code: 'srv-record-bare-name', for: 'dns-server' });
  expect(view.left[0]?.text).toContain('PC-042');
  expect(clausesOf(view.ends)).toEqual(['treatment.hostAccepts']);
  const refused = { code: 'kms-count-too-low', restsOn: ['resolver-cache', 'host-count'] } as const;
  expect(clausesOf(refused)).toEqual(['treatment.restsOn.resolver-cache', 'treatment.hostRefuses']);
});
