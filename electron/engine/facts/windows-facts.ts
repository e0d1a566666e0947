/** Facts from Windows about itself and its license. */
import { channelOf, type ChannelClass } from '@shared/channels';
import { APPLICATION_IDS, KMS_PORT, type Application } from '@shared/kms';
import { isUnspecified } from '@shared/names';
import {
  Unreadable,
  type Adapter,
  type CimRow,
  type ClockOffset,
  type DnsClientSettings,
  type KmsFirewallRules,
  type OutboundBlock,
  type ServiceState,
  type SppEvent,
  type SystemInfo,
} from '../computer';
import {
  LEGACY_SL_KEY,
  SPP_KEY,
  sppSubkey,
  type DnsClientSetting,
  type RegistryLocation,
  type RegistryValue,
  type RegistryValueName,
} from '../registry-keys';
import { QueryCache } from './query-cache';
import { hasUnqueryableDomains } from './candidate-domains';
import {
  nameOfProduct,
  toResult,
  valueOr,
  type Assignment,
  type License,
  type PlacedSettings,
  type Product,
  type SettingPlace,
} from './fact-snapshot';
import { officeName } from './office-name';
import {
  ACTIVATION_TYPE,
  ASSIGNED_HOST,
  LOOKUP_DOMAIN,
  numberOf,
  rowExcludesKms,
  textOf,
  type PlacedSetting,
} from './placed-settings';

const APPLICATIONS = Object.keys(APPLICATION_IDS) as readonly Application[];

/** A place that can hold settings, and where they are stored. */
interface Bearer extends Pick<PlacedSettings, 'place' | 'application' | 'productId'> {
  /** Null if only CIM has the settings. */
  readonly key: RegistryLocation['key'] | null;
  /** The product's row; null in other places. */
  readonly row: CimRow | null;
}

const SERVICE: Bearer = {
  ...{ place: 'service', application: null, productId: null },
  ...{ key: SPP_KEY, row: null },
};

const bearerFor = (application: Application): Bearer => ({
  ...{ place: 'registry-app', application, productId: null },
  ...{ key: sppSubkey(application), row: null },
});

function bearersOf(product: Product): Bearer[] {
  const { application, row } = product;
  const productId = nameOfProduct(product);
  const key = sppSubkey(application, productId);
  const own: Bearer = { place: 'product', application, productId, key: null, row };
  return key === null ? [own] : [own, { ...own, place: 'registry-sku', key, row: null }];
}

/** The facts of Windows. */
export class WindowsFacts extends QueryCache {
  system(): Promise<SystemInfo> {
    return this.provider('system', (signal) => this.computer.system(signal));
  }

  adapters(): Promise<readonly Adapter[]> {
    return this.provider('adapters', async (signal) =>
      (await this.computer.adapters(signal)).map((adapter) => ({
        ...adapter,
        // Windows lists 0.0.0.0 for an adapter that is waiting for an address.
        addresses: adapter.addresses.filter((address) => !isUnspecified(address)),
      })),
    );
  }

  dnsClient(): Promise<DnsClientSettings> {
    return this.provider('dnsClient', async (signal) => {
      const settings = await this.computer.dnsClientSettings(signal);
      if (hasUnqueryableDomains(settings)) throw new Unreadable('garbled-answer');
      return settings;
    });
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

  /** The DNS Client service, which holds the resolver's cache. */
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

  outboundBlocked(): Promise<OutboundBlock | null> {
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

  /** Values in the registry key of Windows Vista, which later versions ignore. */
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

  /** The Windows product that counts; null if none has a key. */
  licence(): Promise<License | null> {
    return this.once('licence', async () => {
      const products = await this.productsOf('windows');
      // With several products, the channels decide which one counts, so each must be readable.
      if (products.length > 1) products.forEach(channelIn);
      return licenseIn(products);
    });
  }

  /** The Windows and Office products that have a key. */
  products(): Promise<readonly Product[]> {
    return this.once('products', async () =>
      (await Promise.all([this.productsOf('windows'), this.productsOf('office')])).flat(),
    );
  }

  /** The product that needs a KMS host: Windows if it's a KMS client and not activated otherwise, else Office. */
  kmsClient(): Promise<Product | null> {
    return this.once('kmsClient', async () => {
      const isClient = (product: Product): boolean =>
        product.channel.class === 'kms-client' &&
        !(product.licensed && rowExcludesKms(product.row));
      const licence = await this.licence();
      if (licence !== null) channelIn(licence);
      if (licence !== null && isClient(licence)) return licence;
      if (licence?.channel.class === 'kms-host') return null;
      return (await this.productsOf('office')).find(isClient) ?? null;
    });
  }

  /** The products of one application that have a key. */
  productsOf(application: Application): Promise<readonly Product[]> {
    return this.once(`products ${application}`, async () => {
      const rows = await this.provider(`rows ${application}`, (signal) =>
        application === 'windows'
          ? this.computer.licensingProducts(signal)
          : this.computer.officeProducts(signal),
      );
      return rows
        .filter((row) => isKeyed(row, application) && row['LicenseIsAddon'] !== true)
        .map((row) => toProduct(row, application));
    });
  }

  /** Whether this PC is a KMS host; false if the license can't be read. */
  isKmsHost(): Promise<boolean> {
    return this.once('isKmsHost', async () => {
      const licence = await toResult(this.licence());
      return licence.ok && licence.value?.channel.class === 'kms-host';
    });
  }

  /**
   * The manually set KMS host, from the most specific place that has one. Registry places count if they can be read:
   * the registry reflects a setting immediately on every Windows version (Microsoft: "Registry settings for volume
   * activation").
   */
  assignment(): Promise<Assignment | null> {
    return this.once('assignment', () =>
      this.narrowest(
        ASSIGNED_HOST,
        (host, place) => ({ ...host, place }),
        () => this.isPlacedByProduct(),
      ),
    );
  }

  /** The only domain in which Windows is configured to look for the record. */
  lookupDomain(): Promise<string | null> {
    return this.once('lookupDomain', () =>
      this.narrowest(
        LOOKUP_DOMAIN,
        (domain) => domain,
        () => this.isPlacedByProduct(),
      ),
    );
  }

  /** The only activation method allowed; null if all are. */
  activationType(): Promise<number | null> {
    return this.once('activationType', () => this.narrowest(ACTIVATION_TYPE, (type) => type));
  }

  /** All places that have settings for Windows or Office products, as far as they can be read. */
  places(): Promise<readonly PlacedSettings[]> {
    return this.once('places', async () => {
      const rows = await Promise.all(
        APPLICATIONS.map((application) => toResult(this.productsOf(application))),
      );
      const bearers = [
        ...rows.flatMap((products) => valueOr(products, [])).flatMap(bearersOf),
        ...APPLICATIONS.map(bearerFor),
        SERVICE,
      ];
      const settings = await Promise.all(
        bearers.map(async (bearer): Promise<PlacedSettings> => {
          const [host, lookupDomain, activationType] = await Promise.all([
            this.settingAt(ASSIGNED_HOST, bearer),
            this.settingAt(LOOKUP_DOMAIN, bearer),
            this.settingAt(ACTIVATION_TYPE, bearer),
          ]);
          const { place, application, productId } = bearer;
          const assignment = host && { ...host, place };
          return { place, application, productId, assignment, lookupDomain, activationType };
        }),
      );
      return settings.filter(
        ({ assignment, lookupDomain, activationType }) =>
          assignment !== null || lookupDomain !== null || activationType !== null,
      );
    });
  }

  /**
   * Whether a host or a lookup domain may be set for only some products. Windows keeps such settings in the registry,
   * which answers immediately: if it has none, there's no need to wait seconds for CIM to report the product in use.
   */
  private isPlacedByProduct(): Promise<boolean> {
    return this.once('isPlacedByProduct', async () => {
      if (this.computer.isPlacedByProduct === undefined) return true;
      const placed = await toResult(
        this.bounded(this.limits.provider, (signal) =>
          Promise.resolve(this.computer.isPlacedByProduct?.(signal) ?? true),
        ),
      );
      return valueOr(placed, true);
    });
  }

  /**
   * Returns a setting from the most specific place that has it; null if none has.
   *
   * @param byProduct whether places more specific than the service may have it
   * @throws Unreadable if the service's setting can't be read
   */
  private async narrowest<T, U>(
    setting: PlacedSetting<T>,
    found: (value: T, place: SettingPlace) => U,
    byProduct: () => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<U | null> {
    // Start the reads that don't depend on the product while CIM is looking it up.
    for (const bearer of [bearerFor('windows'), SERVICE]) {
      void toResult(this.settingAt(setting, bearer));
    }
    if (!(await byProduct())) {
      const value = await this.settingAt(setting, SERVICE);
      return value === null ? null : found(value, SERVICE.place);
    }
    const client = await toResult(this.kmsClient());
    const product = (client.ok && client.value) || valueOr(await toResult(this.licence()), null);
    const bearers = [
      ...(product === null ? [] : bearersOf(product)),
      bearerFor(product?.application ?? 'windows'),
      SERVICE,
    ];
    for (const bearer of bearers) {
      const value = await this.settingAt(setting, bearer);
      if (value !== null) return found(value, bearer.place);
    }
    return null;
  }

  /** Returns a place's setting. @throws Unreadable for the service, if neither the registry nor CIM can be read */
  private async settingAt<T>(
    { names, inRow, inRegistry }: PlacedSetting<T>,
    { place, key, row }: Bearer,
  ): Promise<T | null> {
    if (key === null) return row && inRow(row);
    const values = await toResult(Promise.all(names.map((name) => this.registryAt({ key, name }))));
    if (values.ok) return inRegistry(values.value);
    return place === 'service' ? inRow(await this.service()) : null;
  }

  registryAt(location: RegistryLocation): Promise<RegistryValue | null> {
    return this.provider(`registry ${location.key} ${location.name}`, (signal) =>
      this.computer.registryValue(location, signal),
    );
  }
}

/**
 * Returns the Windows product that counts: a KMS host's comes first, then a licensed one, then a KMS client's, then any
 * other.
 */
export function licenseIn(licences: readonly Product[]): License | null {
  const isOf = (wanted: License['channel']['class']) => (one: License) =>
    one.channel.class === wanted;
  return (
    licences.find(isOf('kms-host')) ??
    licences.find(({ licensed }) => licensed) ??
    licences.find(isOf('kms-client')) ??
    licences[0] ??
    null
  );
}

/** Columns that Windows fills in for every row with a key, and that tell which product it is and how it activates. */
const NEVER_EMPTY = [
  'ID',
  'PartialProductKey',
  'LicenseIsAddon',
  'VLActivationType',
  'VLActivationTypeEnabled',
] as const;

/**
 * Whether a row belongs to the application and has a key, as every queried row should.
 *
 * @throws Unreadable if the row doesn't show its application or its key
 */
function isKeyed(row: CimRow, application: Application): boolean {
  const id = textOf(row, 'ApplicationID').toLowerCase();
  const isUnread = NEVER_EMPTY.some((name) => row[name] === null);
  if (id === '' || isUnread || row['PartialProductKey'] === undefined) throw halfRow();
  return id === APPLICATION_IDS[application] && textOf(row, 'PartialProductKey') !== '';
}

const halfRow = (): Unreadable => new Unreadable('garbled-answer', 'SoftwareLicensingProduct');

/** Whether a row has the columns that verdicts on a license depend on. */
export function isWholeRow(row: CimRow): boolean {
  return (
    numberOf(row, 'LicenseStatus') !== null &&
    numberOf(row, 'LicenseStatusReason') !== null &&
    saysChannel(row)
  );
}

/**
 * Whether the channel of the key is known. A description alone may name no channel, and in a damaged row one column may
 * indicate a KMS client and the other one not.
 */
function saysChannel(row: CimRow): boolean {
  const code = textOf(row, 'ProductKeyChannel');
  const named = channelOf(textOf(row, 'Description'));
  if (code === '' || named.token === '') return code !== '' || named.token !== '';
  const isClient = channelOf(null, code).class === 'kms-client';
  return isClient === (named.class === 'kms-client');
}

/** Returns the class of a product's channel. @throws Unreadable if its row doesn't show it */
export function channelIn({ channel, channelRead }: Product): ChannelClass {
  if (!channelRead) throw halfRow();
  return channel.class;
}

/** Returns a product's LicenseStatusReason, unsigned. @throws Unreadable if its row doesn't have it */
export function reasonIn({ reason }: Product): number {
  if (reason === null) throw halfRow();
  return reason;
}

/**
 * Converts a CIM row to a product.
 *
 * @throws Unreadable if the status is missing, which alone tells whether Windows is licensed, or if an Office row lacks
 *   a column that verdicts depend on
 */
export function toProduct(row: CimRow, application: Application): Product {
  const status = numberOf(row, 'LicenseStatus');
  if (status === null || (application === 'office' && !isWholeRow(row))) throw halfRow();
  const reason = numberOf(row, 'LicenseStatusReason');
  return {
    row,
    application,
    id: textOf(row, 'ID').toLowerCase() || null,
    name: officeName(textOf(row, 'Name')) || null,
    channel: channelOf(textOf(row, 'Description'), textOf(row, 'ProductKeyChannel')),
    channelRead: saysChannel(row),
    edition: textOf(row, 'LicenseFamily') || null,
    partialProductKey: textOf(row, 'PartialProductKey'),
    status,
    licensed: status === 1,
    reason: reason === null ? null : reason >>> 0,
    graceMinutes: numberOf(row, 'GracePeriodRemaining'),
  };
}
