/** What Windows says of itself and of its licence. */
import { channelOf } from '@shared/channels';
import { APPLICATION_IDS, KMS_PORT, type Application } from '@shared/kms';
import { canonicalName, isAddress } from '@shared/names';
import {
  LEGACY_SL_KEY,
  SPP_KEY,
  Unreadable,
  type Adapter,
  type CimRow,
  type ClockOffset,
  type DnsClientSetting,
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
import {
  toResult,
  type Assignment,
  type Licence,
  type PlacedSettings,
  type Product,
} from './fact-snapshot';

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

  dnsPolicies(): Promise<readonly DnsClientSetting[]> {
    return this.provider('dnsPolicies', (signal) => this.computer.dnsPolicies(signal));
  }

  dnsTools(): Promise<boolean> {
    return this.provider('dnsTools', (signal) => this.computer.dnsTools(signal));
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

  /**
   * The Windows product that counts; null when none has a key. A KMS host's goes before a licensed one, that before a
   * KMS client's, and that before the rest.
   */
  licence(): Promise<Licence | null> {
    return this.once('licence', async () => {
      const licences = await this.productsOf('windows');
      const isOf = (wanted: Licence['channel']['class']) => (one: Licence) =>
        one.channel.class === wanted;
      return (
        licences.find(isOf('kms-host')) ??
        licences.find(({ licensed }) => licensed) ??
        licences.find(isOf('kms-client')) ??
        licences[0] ??
        null
      );
    });
  }

  /** The products of Windows and of Office that have a key. */
  products(): Promise<readonly Product[]> {
    return this.once('products', async () =>
      (await Promise.all([this.productsOf('windows'), this.productsOf('office')])).flat(),
    );
  }

  /** For whom the way to a KMS host is: Windows where it is a KMS client, else Office. */
  kmsClient(): Promise<Product | null> {
    return this.once('kmsClient', async () => {
      const isClient = (product: Product): boolean => product.channel.class === 'kms-client';
      const licence = await this.licence();
      if (licence !== null && (isClient(licence) || licence.channel.class === 'kms-host')) {
        return isClient(licence) ? licence : null;
      }
      return (await this.productsOf('office')).find(isClient) ?? null;
    });
  }

  /** Those of one application. */
  productsOf(application: Application): Promise<readonly Product[]> {
    return this.once(`products ${application}`, async () => {
      const rows = await this.provider(`rows ${application}`, (signal) =>
        application === 'windows'
          ? this.computer.licensingProducts(signal)
          : this.computer.officeProducts(signal),
      );
      return rows
        .filter(
          (row) =>
            textOf(row, 'ApplicationID').toLowerCase() === APPLICATION_IDS[application] &&
            textOf(row, 'PartialProductKey') !== '' &&
            row['LicenseIsAddon'] !== true,
        )
        .map((row) => toProduct(row, application));
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
        place: 'service',
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

  /** The activation type that counts: 0 for all, null where Windows does not say. */
  activationType(): Promise<number | null> {
    return this.once('activationType', async () => {
      const licence = await this.licence();
      return licence === null ? null : numberOf(licence.row, 'VLActivationTypeEnabled');
    });
  }

  /** Every place in which anything is set for a product of Windows or Office. */
  places(): Promise<readonly PlacedSettings[]> {
    return this.once('places', async () => {
      const [assignment, lookupDomain] = await Promise.all([
        this.assignment(),
        this.lookupDomain(),
      ]);
      if (assignment === null && lookupDomain === null) return [];
      const nobody = { application: null, productId: null, activationType: null };
      return [{ place: 'service', ...nobody, assignment, lookupDomain }];
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
function toProduct(row: CimRow, application: Application): Product {
  const status = numberOf(row, 'LicenseStatus');
  if (status === null) throw new Unreadable('garbled-answer', 'SoftwareLicensingProduct');
  return {
    row,
    application,
    id: textOf(row, 'ID').toLowerCase() || null,
    name: textOf(row, 'Name') || null,
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
