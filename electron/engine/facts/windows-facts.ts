/** What Windows says of itself and of its licence. */
import { channelOf } from '@shared/channels';
import { KMS_PORT, WINDOWS_APPLICATION_ID } from '@shared/kms';
import { canonicalName, isAddress } from '@shared/names';
import {
  LEGACY_SL_KEY,
  SPP_KEY,
  Unreadable,
  type Adapter,
  type CimRow,
  type ClockOffset,
  type DnsClientSettings,
  type KmsFirewallRules,
  type RegistryLocation,
  type RegistryValue,
  type RegistryValueName,
  type ServiceState,
  type SppEvent,
  type SystemInfo,
} from '../computer';
import { AskOnce } from './ask-once';
import { toResult, type Assignment, type Licence } from './fact-snapshot';

const textOf = (row: CimRow, name: string): string => {
  const value = row[name];
  return typeof value === 'string' ? value.trim() : '';
};

/** A number in a CIM row; null where it has none. */
export const numberOf = (row: CimRow, name: string): number | null => {
  const value = row[name];
  return typeof value === 'number' ? value : null;
};

/** The facts of Windows. */
export class WindowsFacts extends AskOnce {
  system(): Promise<SystemInfo> {
    return this.provider('system', (signal) => this.computer.system(signal));
  }

  adapters(): Promise<readonly Adapter[]> {
    return this.provider('adapters', (signal) => this.computer.adapters(signal));
  }

  dnsClient(): Promise<DnsClientSettings> {
    return this.provider('dnsClient', (signal) => this.computer.dnsClientSettings(signal));
  }

  service(): Promise<CimRow> {
    return this.provider('service', (signal) => this.computer.licensingService(signal));
  }

  sppsvc(): Promise<ServiceState | null> {
    return this.provider('sppsvc', (signal) => this.computer.service('sppsvc', signal));
  }

  /** The service with the resolver's cache. */
  resolverService(): Promise<ServiceState | null> {
    return this.provider('resolverService', (signal) => this.computer.service('Dnscache', signal));
  }

  events(): Promise<readonly SppEvent[]> {
    return this.provider('events', (signal) => this.computer.events(signal));
  }

  clock(): Promise<ClockOffset> {
    return this.provider('clock', (signal) => this.computer.clockOffset(signal));
  }

  vbscript(): Promise<boolean> {
    return this.provider('vbscript', (signal) => this.computer.vbscript(signal));
  }

  firewallRule(): Promise<boolean | null> {
    return this.provider('firewallRule', (signal) => this.computer.firewallKmsRule(signal));
  }

  kmsFirewallRules(): Promise<KmsFirewallRules> {
    return this.provider('kmsFirewallRules', (signal) => this.computer.kmsFirewallRules(signal));
  }

  outboundBlocked(): Promise<boolean> {
    return this.once('outboundBlocked', async () => {
      const assignment = await toResult(this.assignment());
      const port = (assignment.ok && assignment.value?.port) || KMS_PORT;
      return this.provider('outboundBlocked/port', (signal) =>
        this.computer.outboundBlocked(port, signal),
      );
    });
  }

  registry(name: RegistryValueName): Promise<RegistryValue | null> {
    return this.registryAt({ key: SPP_KEY, name });
  }

  /** Values that somebody wrote to the key of Windows Vista, which later versions ignore. */
  legacyValues(): Promise<readonly { name: string; value: RegistryValue }[]> {
    return this.once('legacyValues', async () => {
      const names = ['DisableDnsPublishing', 'DnsDomainPublishList'] as const;
      const values = await Promise.all(
        names.map((name) => this.registryAt({ key: LEGACY_SL_KEY, name })),
      );
      return names.flatMap((name, index) => {
        const value = values[index];
        return value ? [{ name, value }] : [];
      });
    });
  }

  /** Product rows that have a key, of any application. */
  products(): Promise<readonly CimRow[]> {
    return this.provider('products', (signal) => this.computer.licensingProducts(signal));
  }

  /** The Windows product row with a key; null when there is none. A KMS host's row goes before others. */
  licence(): Promise<Licence | null> {
    return this.once('licence', async () => {
      const rows = await this.products();
      const licences = rows
        .filter(
          (row) =>
            textOf(row, 'ApplicationID').toLowerCase() === WINDOWS_APPLICATION_ID &&
            textOf(row, 'PartialProductKey') !== '' &&
            row['LicenseIsAddon'] !== true,
        )
        .map(toLicence);
      return licences.find(({ channel }) => channel.class === 'kms-host') ?? licences[0] ?? null;
    });
  }

  /** Whether this PC is a KMS host; false where the licence cannot be read. */
  isKmsHost(): Promise<boolean> {
    return this.once('isKmsHost', async () => {
      const licence = await toResult(this.licence());
      return licence.ok && licence.value?.channel.class === 'kms-host';
    });
  }

  /**
   * The KMS host set by hand. The registry has it at once on any Windows (`KeyManagementServiceName`, Microsoft:
   * "Registry settings for volume activation"); the CIM row stands in where the registry cannot be read.
   */
  assignment(): Promise<Assignment | null> {
    return this.once('assignment', async () => {
      const { host, port } = await this.settings(
        { name: 'KeyManagementServiceName', port: 'KeyManagementServicePort' },
        (row) => ({
          host: textOf(row, 'KeyManagementServiceMachine'),
          port: numberOf(row, 'KeyManagementServicePort') ?? 0,
        }),
      );
      if (host === '') return null;
      const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
      return {
        host: isAddress(bare) ? bare : canonicalName(bare),
        port: port > 0 && port <= 65_535 ? port : KMS_PORT,
        isAddress: isAddress(bare),
      };
    });
  }

  /** Whether the person or Windows has the record looked for in one domain only. */
  lookupDomain(): Promise<string | null> {
    return this.once('lookupDomain', async () => {
      const { host } = await this.settings(
        { name: 'KeyManagementServiceLookupDomain', port: null },
        (row) => ({ host: textOf(row, 'KeyManagementServiceLookupDomain'), port: 0 }),
      );
      return host === '' ? null : canonicalName(host);
    });
  }

  private async settings(
    names: { name: RegistryValueName; port: RegistryValueName | null },
    fromRow: (row: CimRow) => { host: string; port: number },
  ): Promise<{ host: string; port: number }> {
    const [host, port] = await Promise.all([
      toResult(this.registry(names.name)),
      names.port === null ? null : toResult(this.registry(names.port)),
    ]);
    if (!host.ok || port?.ok === false) return fromRow(await this.service());
    return { host: plainText(host.value), port: Number(plainText(port?.value ?? null)) || 0 };
  }

  registryAt(location: RegistryLocation): Promise<RegistryValue | null> {
    return this.provider(`registry ${location.key} ${location.name}`, (signal) =>
      this.computer.registryValue(location, signal),
    );
  }
}

/** @throws Unreadable where the row lacks the column that every verdict on the licence rests on */
function toLicence(row: CimRow): Licence {
  const status = numberOf(row, 'LicenseStatus');
  if (status === null) throw new Unreadable('garbled-answer', 'SoftwareLicensingProduct');
  return {
    row,
    channel: channelOf(textOf(row, 'Description'), textOf(row, 'ProductKeyChannel')),
    edition: textOf(row, 'LicenseFamily') || null,
    partialProductKey: textOf(row, 'PartialProductKey'),
    status,
    licensed: status === 1,
    reason: (numberOf(row, 'LicenseStatusReason') ?? 0) >>> 0,
    graceMinutes: numberOf(row, 'GracePeriodRemaining'),
  };
}

function plainText(value: RegistryValue | null): string {
  if (value === null) return '';
  if (value.type === 'REG_MULTI_SZ') return value.value[0]?.trim() ?? '';
  return String(value.value).trim();
}
