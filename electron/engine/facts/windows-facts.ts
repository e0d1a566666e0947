/** Facts from Windows about itself and its license. */
import { channelOf, type ChannelClass } from '@shared/channels';
import { APPLICATION_IDS, KMS_PORT, LICENSED, type Application } from '@shared/kms';
import { isUnspecified } from '@shared/names';
import {
  Unreadable,
  type Adapter,
  type CimRow,
  type DnsClientSettings,
  type OutboundBlock,
} from '../computer';
import {
  LEGACY_SL_KEY,
  SPP_KEY,
  sppSubkey,
  type RegistryLocation,
  type RegistryValue,
  type RegistryValueName,
} from '../registry-keys';
import { QueryCache } from './query-cache';
import { hasUnqueryableDomains } from './candidate-domains';
import {
  nameOfProduct,
  readOr,
  toResult,
  type License,
  type PlacedSettings,
  type Product,
} from './fact-types';
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
  place: 'service',
  application: null,
  productId: null,
  key: SPP_KEY,
  row: null,
};

const bearerFor = (application: Application): Bearer => ({
  place: 'registry-app',
  application,
  productId: null,
  key: sppSubkey(application),
  row: null,
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
  readonly system = this.provided('system', (signal) => this.computer.system(signal));

  readonly adapters = this.provided<readonly Adapter[]>('adapters', async (signal) =>
    (await this.computer.adapters(signal)).map((adapter) => ({
      ...adapter,
      // Windows lists 0.0.0.0 for an adapter that is waiting for an address.
      addresses: adapter.addresses.filter((address) => !isUnspecified(address)),
    })),
  );

  readonly dnsClient = this.provided<DnsClientSettings>('dnsClient', async (signal) => {
    const settings = await this.computer.dnsClientSettings(signal);
    if (hasUnqueryableDomains(settings)) throw new Unreadable('garbled-answer');
    return settings;
  });

  readonly dnsPolicies = this.provided('dnsPolicies', (signal) =>
    this.computer.dnsPolicies(signal),
  );

  readonly dnsTools = this.provided('dnsTools', (signal) => this.computer.dnsTools(signal));

  readonly service = this.provided('service', (signal) => this.computer.licensingService(signal));

  readonly sppsvc = this.provided('sppsvc', (signal) => this.computer.service('sppsvc', signal));

  /** The DNS Client service, which holds the resolver's cache. */
  readonly resolverService = this.provided('resolverService', (signal) =>
    this.computer.service('Dnscache', signal),
  );

  readonly events = this.provided('events', (signal) => this.computer.events(signal));

  readonly clock = this.provided('clock', (signal) => this.computer.clockOffset(signal));

  readonly vbscript = this.provided('vbscript', (signal) => this.computer.vbscript(signal));

  readonly firewallRule = this.provided('firewallRule', (signal) =>
    this.computer.firewallKmsRule(signal),
  );

  readonly kmsFirewallRules = this.provided('kmsFirewallRules', (signal) =>
    this.computer.kmsFirewallRules(signal),
  );

  readonly outboundBlocked = this.fact<OutboundBlock | null>('outboundBlocked', async () => {
    const port = (await readOr(this.assignment(), null))?.port ?? KMS_PORT;
    return this.provider('outboundBlocked/port', (signal) =>
      this.computer.outboundBlocked(port, signal),
    );
  });

  registry(name: RegistryValueName): Promise<RegistryValue | null> {
    return this.registryAt({ key: SPP_KEY, name });
  }

  /** Values in the registry key of Windows Vista, which later versions ignore. */
  readonly legacyValues = this.fact<readonly { name: string; value: RegistryValue }[]>(
    'legacyValues',
    async () => {
      const names = ['DisableDnsPublishing', 'DnsDomainPublishList'] as const;
      const values = await Promise.all(
        names.map(async (name) => ({
          name,
          value: await this.registryAt({ key: LEGACY_SL_KEY, name }),
        })),
      );
      return values.flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]));
    },
  );

  /** The Windows product that counts; null if none has a key. */
  readonly licence = this.fact<License | null>('licence', async () => {
    const products = await this.productsOf('windows');
    // With several products, the channels decide which one counts, so each must be readable.
    if (products.length > 1) products.forEach(channelIn);
    return licenseIn(products);
  });

  /** The Windows and Office products that have a key. */
  readonly products = this.fact<readonly Product[]>('products', async () =>
    (await Promise.all([this.productsOf('windows'), this.productsOf('office')])).flat(),
  );

  /** The product that needs a KMS host: Windows if it's a KMS client and not activated otherwise, else Office. */
  readonly kmsClient = this.fact<Product | null>('kmsClient', async () => {
    const isClient = (product: Product): boolean =>
      product.channel.class === 'kms-client' && !(product.licensed && rowExcludesKms(product.row));
    const licence = await this.licence();
    if (licence !== null) channelIn(licence);
    if (licence !== null && isClient(licence)) return licence;
    if (licence?.channel.class === 'kms-host') return null;
    return (await this.productsOf('office')).find(isClient) ?? null;
  });

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
  readonly isKmsHost = this.fact<boolean>('isKmsHost', async () => {
    const licence = await readOr(this.licence(), null);
    return licence?.channel.class === 'kms-host';
  });

  /**
   * The manually set KMS host, from the most specific place that has one. Registry places count if they can be read:
   * the registry reflects a setting immediately on every Windows version (Microsoft: "Registry settings for volume
   * activation").
   */
  readonly assignment = this.fact('assignment', () =>
    this.narrowest(ASSIGNED_HOST, this.isPlacedByProduct),
  );

  /** The only domain in which Windows is configured to look for the record. */
  readonly lookupDomain = this.fact('lookupDomain', () =>
    this.narrowest(LOOKUP_DOMAIN, this.isPlacedByProduct),
  );

  /** The only activation method allowed; null if all are. */
  readonly activationType = this.fact('activationType', () => this.narrowest(ACTIVATION_TYPE));

  /** All places that have settings for Windows or Office products, as far as they can be read. */
  readonly places = this.fact<readonly PlacedSettings[]>('places', async () => {
    const products = await Promise.all(
      APPLICATIONS.map((application) => readOr(this.productsOf(application), [])),
    );
    const bearers = [
      ...products.flat().flatMap(bearersOf),
      ...APPLICATIONS.map(bearerFor),
      SERVICE,
    ];
    const settings = await Promise.all(
      bearers.map(async (bearer): Promise<PlacedSettings> => {
        const [assignment, lookupDomain, activationType] = await Promise.all([
          this.settingAt(ASSIGNED_HOST, bearer),
          this.settingAt(LOOKUP_DOMAIN, bearer),
          this.settingAt(ACTIVATION_TYPE, bearer),
        ]);
        const { place, application, productId } = bearer;
        return { place, application, productId, assignment, lookupDomain, activationType };
      }),
    );
    return settings.filter(({ assignment, lookupDomain, activationType }) =>
      [assignment, lookupDomain, activationType].some((setting) => setting !== null),
    );
  });

  /**
   * Whether a host or a lookup domain may be set for only some products. Windows keeps such settings in the registry,
   * which answers immediately: if it has none, there's no need to wait seconds for CIM to report the product in use.
   */
  private readonly isPlacedByProduct = this.fact('isPlacedByProduct', () =>
    readOr(
      this.bounded(
        this.limits.provider,
        async (signal) => (await this.computer.isPlacedByProduct?.(signal)) ?? true,
      ),
      true,
    ),
  );

  /**
   * Returns a setting from the most specific place that has it; null if none has.
   *
   * @param byProduct whether places more specific than the service may have it
   * @throws Unreadable if the service's setting can't be read
   */
  private async narrowest<T>(
    setting: PlacedSetting<T>,
    byProduct: () => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<T | null> {
    // Start the reads that don't depend on the product while CIM is looking it up.
    for (const bearer of [bearerFor('windows'), SERVICE]) {
      void toResult(this.settingAt(setting, bearer));
    }
    if (!(await byProduct())) return this.settingAt(setting, SERVICE);
    const product = (await readOr(this.kmsClient(), null)) ?? (await readOr(this.licence(), null));
    const bearers = [
      ...(product === null ? [] : bearersOf(product)),
      bearerFor(product?.application ?? 'windows'),
      SERVICE,
    ];
    for (const bearer of bearers) {
      const value = await this.settingAt(setting, bearer);
      if (value !== null) return value;
    }
    return null;
  }

  /** Returns a place's setting. @throws Unreadable for the service, if neither the registry nor CIM can be read */
  private async settingAt<T>(
    { names, inRow, inRegistry }: PlacedSetting<T>,
    { place, key, row }: Bearer,
  ): Promise<T | null> {
    if (key === null) return row && inRow(row, place);
    const values = await toResult(Promise.all(names.map((name) => this.registryAt({ key, name }))));
    if (values.ok) return inRegistry(values.value, place);
    return place === 'service' ? inRow(await this.service(), place) : null;
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
    licensed: status === LICENSED,
    reason: reason === null ? null : reason >>> 0,
    graceMinutes: numberOf(row, 'GracePeriodRemaining'),
  };
}
