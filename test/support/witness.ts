/**
 * Evidence that a verdict with the certainty `certain` must rest on, taken from the raw answers of a PC. No rule,
 * assessment or other judgment of the program is involved.
 */
import type { Verdict } from '@shared/diagnosis';
import { isHostName } from '@shared/names';
import type { Adapter, CimRow, Computer, DnsAnswer, DnsRecord, KmsProbe } from '@engine/computer';

/** A recorded answer; `unread` if the query failed. */
interface Said {
  readonly question: string;
  readonly args: readonly unknown[];
  answer: unknown;
  unread: boolean;
}

/** Records all queries to a PC and its answers. */
export class Witness {
  private readonly said: Said[] = [];

  /** Returns the same PC, with its answers recorded. */
  listenTo(computer: Computer): Computer {
    const keep = (question: string, args: readonly unknown[], answer: Promise<unknown>): void => {
      const said: Said = { question, args, answer: undefined, unread: true };
      this.said.push(said);
      answer.then(
        (value) => Object.assign(said, { answer: value, unread: false }),
        () => undefined,
      );
    };
    return new Proxy(computer, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function' || name === 'now' || name === 'wait') return member;
        return (...args: unknown[]): unknown => {
          const answer = Reflect.apply(member, target, args) as unknown;
          if (name === 'probeKms') {
            const { connected, answered } = answer as KmsProbe;
            keep('connected', args, connected);
            keep('answered', args, answered);
          } else if (answer instanceof Promise) keep(String(name), args, answer);
          return answer;
        };
      },
    });
  }

  /** Returns what the verdict lacks, in a few words; null if it's supported. */
  objection({ code, certainty }: Pick<Verdict, 'code' | 'certainty'>): string | null {
    if (certainty !== 'certain') return null;
    const proof = PROOFS[code];
    return proof === undefined || proof(this) ? null : `no ground for ${code}`;
  }

  all<T>(question: string, about: (...args: never[]) => boolean = () => true): T[] {
    return this.said
      .filter((one) => one.question === question && !one.unread && about(...(one.args as never[])))
      .map(({ answer }) => answer as T);
  }

  get rows(): CimRow[] {
    return this.all<readonly CimRow[]>('licensingProducts').flat();
  }

  get officeRows(): CimRow[] {
    return this.all<readonly CimRow[]>('officeProducts').flat();
  }

  /** Codes in the rows and in all events, as lowercase hex digits. */
  get codes(): Set<string> {
    const reasons = this.rows.map((row) => (Number(row['LicenseStatusReason']) >>> 0).toString(16));
    const events = this.all<readonly { readonly data: readonly string[] }[]>('events').flat();
    const texts = events.flatMap(({ data }) => data.join(' ').match(/[0-9a-f]{8}/gi) ?? []);
    return new Set([...reasons, ...texts.map((text) => text.toLowerCase())]);
  }

  /** Whether one of these codes occurred. */
  hasCode(...codes: readonly string[]): boolean {
    return codes.some((code) => this.codes.has(code.toLowerCase()));
  }

  dns(name: RegExp): DnsAnswer[] {
    return this.all<DnsAnswer>('dnsQuery', (_: unknown, asked: string) => name.test(asked));
  }

  /** Returns the records that a server or the resolver gave for a name. */
  records(name: RegExp): DnsRecord[] {
    const servers = this.dns(name).flatMap((answer) =>
      answer.outcome === 'answered' && answer.rcode === 'NOERROR' ? answer.answers : [],
    );
    const resolved = this.all<{ records: readonly DnsRecord[] }>('resolve', (asked: string) =>
      name.test(asked),
    );
    return [...servers, ...resolved.flatMap(({ records }) => records)];
  }

  /** Returns the KMS records of the domains that Windows searches, as far as they could be read. */
  ownRecords(): DnsRecord[] {
    const own = this.candidates();
    return this.records(/^_vlmcs\._tcp(?:\.|$)/).filter(
      ({ type, name }) => type === 'SRV' && own.has(name.replace(/^_vlmcs\._tcp\.?/, '')),
    );
  }

  /** Returns the domains set as the lookup domain. */
  lookupDomains(): string[] {
    const name = 'KeyManagementServiceLookupDomain';
    const values = this.all<{ value: unknown } | null>(
      'registryValue',
      (location: { name: string }) => location.name === name,
    ).map((value) => value?.value);
    const rows = [...this.rows, ...this.officeRows, ...this.all<CimRow>('licensingService')];
    return [...values, ...rows.map((row) => row[name])].flatMap((text) =>
      typeof text === 'string' && text.trim() !== '' ? [text.trim()] : [],
    );
  }

  candidates(): Set<string> {
    interface Client {
      readonly adDomain: string | null;
      readonly primaryDnsSuffix: string | null;
      readonly suffixSearchList: readonly string[];
    }
    const texts = this.all<Client>('dnsClientSettings').flatMap((client) => [
      client.adDomain,
      client.primaryDnsSuffix,
      ...client.suffixSearchList,
    ]);
    return new Set(texts.flatMap((text) => (text ? [text.toLowerCase().replace(/\.$/, '')] : [])));
  }

  connections(): { readonly host: string; readonly outcome: unknown }[] {
    return this.said
      .filter(({ question, unread }) => question === 'connected' && !unread)
      .map(({ args, answer }) => ({
        host: (args[0] as { host: string }).host,
        outcome: (answer as { outcome: unknown }).outcome,
      }));
  }

  binds(...outcomes: readonly string[]): boolean {
    return this.all<{ outcome: string } | null>('answered').some(
      (answer) => answer !== null && outcomes.includes(answer.outcome),
    );
  }

  connects(...outcomes: readonly string[]): boolean {
    return this.connections().some(({ outcome }) => outcomes.includes(String(outcome)));
  }
}

const isLicensed = (row: CimRow): boolean => row['LicenseStatus'] === 1;
const isUnlicensed = (row: CimRow): boolean =>
  typeof row['LicenseStatus'] === 'number' && row['LicenseStatus'] !== 1;
const channel = (row: CimRow): string =>
  `${String(row['Description'] ?? '')} ${String(row['ProductKeyChannel'] ?? '')}`.toUpperCase();
const isClient = (row: CimRow): boolean => /VOLUME_KMSCLIENT|VOLUME:GVLK/.test(channel(row));
const isHost = (value: unknown, host?: string): boolean => {
  const text = String(value).trim();
  return host === undefined ? text !== '' : text === host;
};

/** Whether a KMS host is set manually; if `host` is given, whether it's that one. */
const hasHost = (witness: Witness, host?: string): boolean =>
  [...witness.rows, ...witness.officeRows, ...witness.all<CimRow>('licensingService')].some((row) =>
    isHost(row['KeyManagementServiceMachine'] ?? '', host),
  ) ||
  witness
    .all<{ value: unknown } | null>(
      'registryValue',
      ({ name }: { name: string }) => name === 'KeyManagementServiceName',
    )
    .some((value) => value !== null && isHost(value.value, host));
const denies = (answers: readonly DnsAnswer[]): boolean =>
  answers.some(
    (answer) => answer.outcome === 'answered' && ['NOERROR', 'NXDOMAIN'].includes(answer.rcode),
  );

/** Whether the system's resolver knows no service. Its addresses of hosts may be years old. */
const resolvesNoService = (said: Witness): boolean =>
  said
    .all<{ records: readonly unknown[] }>('resolve', (name: string) => name.startsWith('_'))
    .every(({ records }) => records.length === 0);

/** The evidence required for each verdict; verdicts that are never certain have none. */
const PROOFS: Readonly<Partial<Record<Verdict['code'], (said: Witness) => boolean>>> = {
  'licensing-service-unavailable': (said) =>
    said
      .all<{ start: string } | null>('service', (name: string) => name === 'sppsvc')
      .some((service) => service === null || service.start === 'disabled'),
  'no-product-key': (said) =>
    said.all('licensingProducts').length > 0 &&
    said.rows.every((row) => !row['PartialProductKey'] || row['LicenseIsAddon'] === true),
  'product-key-rejected': (said) =>
    said.hasCode(
      ...['c004f050', 'c004f051', 'c004f069', 'c004c001', 'c004c003', 'c004c008', 'c004c020'],
      ...['c004c021', 'c004c060', 'c004b100'],
    ),
  'evaluation-edition': (said) =>
    said.rows.some((row) => isUnlicensed(row) && /TIMEBASED|RETAIL:TB/.test(channel(row))),
  'not-a-kms-client': (said) => said.rows.some((row) => isUnlicensed(row) && !isClient(row)),
  'activation-type-excludes-kms': (said) =>
    said.rows.some(isUnlicensed) &&
    [
      ...[...said.rows, ...said.all<CimRow>('licensingService')].map((row) => [
        row['VLActivationTypeEnabled'],
        row['VLActivationType'],
      ]),
      ...said
        .all<{ value: unknown } | null>(
          'registryValue',
          ({ name }: { name: string }) => name === 'VLActivationType',
        )
        .map((value) => [Number(value?.value)]),
    ].some((types) => types.some((type) => type === 1 || type === 3)),
  'clock-skew': (said) =>
    said.hasCode('c004f06c') ||
    said.all<{ minutes: number }>('clockOffset').some(({ minutes }) => Math.abs(minutes) > 240),
  'dns-server-not-configured': (said) =>
    said.all<readonly Adapter[]>('adapters').length > 0 &&
    said
      .all<readonly Adapter[]>('adapters')
      .flat()
      .every(({ up, dnsServers }) => !up || dnsServers.every((one) => /^fec0:/i.test(one))),
  'dns-server-unreachable': (said) =>
    said.dns(/./).length > 0 &&
    said.dns(/./).every(({ outcome }) => ['silent', 'closed', 'unreachable'].includes(outcome)) &&
    resolvesNoService(said),
  'dns-server-failing': (said) =>
    said.dns(/./).some(({ outcome }) => outcome === 'answered') &&
    !denies(said.dns(/./)) &&
    resolvesNoService(said),
  'domain-unknown-to-dns': (said) =>
    denies(said.dns(/^_ldap\./)) &&
    said.records(/^_ldap\./).length === 0 &&
    said.ownRecords().length === 0,
  'no-dns-suffix': (said) =>
    said.all('dnsClientSettings').length > 0 &&
    !hasHost(said) &&
    (said.candidates().size === 0 || said.lookupDomains().some((domain) => !isHostName(domain))),
  'assigned-host-is-this-pc': (said) => hasHost(said),
  'assigned-host-unresolvable': (said) => hasHost(said),
  'assigned-host-unreachable': (said) =>
    // 0.0.0.0 and :: are never contacted, because they aren't the address of a computer.
    hasHost(said) &&
    (said.connects('refused', 'filtered', 'no-route', 'undefined') ||
      hasHost(said, '0.0.0.0') ||
      hasHost(said, '::')),
  'assigned-host-not-kms': (said) => hasHost(said) && said.binds('other-rpc', 'not-rpc'),
  'srv-record-missing': (said) => denies(said.dns(/^_vlmcs/)) && said.ownRecords().length === 0,
  'srv-record-in-other-domain': (said) =>
    denies(said.dns(/^_vlmcs/)) && said.records(/^_vlmcs\._tcp\./).length > 0,
  'srv-record-bare-name': (said) =>
    said.ownRecords().length === 0 && said.records(/^_vlmcs\._tcp$/).length > 0,
  'dns-servers-disagree': (said) =>
    denies(said.dns(/^_vlmcs/)) && said.records(/^_vlmcs/).length > 0,
  'client-resolver-disagrees': (said) =>
    said.records(/./).length > 0 && said.all('resolve').length > 0,
  'srv-target-unresolvable': (said) => said.records(/^_vlmcs/).some(({ type }) => type === 'SRV'),
  'kms-port-filtered': (said) =>
    said.connects('filtered', 'no-route') || said.records(/./).length > 0,
  'kms-service-not-listening': (said) => said.connects('refused'),
  'not-a-kms-host': (said) => said.binds('other-rpc', 'not-rpc'),
  'kms-host-not-activated': (said) =>
    said.hasCode('c004f041') ||
    said.rows.some((row) => isUnlicensed(row) && !isClient(row) && /KMS|CSVLK/.test(channel(row))),
  'kms-host-cannot-activate-this-product': (said) =>
    said.hasCode('c004f042', 'c004f015', 'c004f06b'),
  'kms-count-too-low': (said) =>
    said.hasCode('c004f038') ||
    said
      .all<CimRow>('licensingService')
      .some((row) => typeof row['KeyManagementServiceCurrentCount'] === 'number') ||
    said
      .all<readonly { id: number }[]>('events')
      .flat()
      .some(({ id }) => id === 12_289),
  'dns-publishing-disabled': (said) => denies(said.dns(/^_vlmcs/)),
  'dns-publishing-refused': (said) =>
    said
      .all<readonly { id: number }[]>('events')
      .flat()
      .some(({ id }) => id === 12_293),
  'kms-firewall-closed': (said) =>
    said.all('firewallKmsRule').includes(false) || said.connects('refused', 'filtered', 'no-route'),
  'access-denied': (said) => said.hasCode('80070005', 'c004f025'),
  'activation-pending': (said) =>
    [...said.rows, ...said.officeRows].some(isUnlicensed) && said.binds('kms'),
  'office-not-activated': (said) =>
    said.rows.some(isLicensed) && said.officeRows.some(isUnlicensed),
  healthy: (said) => said.rows.some(isLicensed) || said.binds('kms'),
};
