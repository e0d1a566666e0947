/** What Windows says of itself and of its licence. */
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
import { AskOnce } from './ask-once';
import { hidesDomains } from './candidate-domains';
import {
  nameOfProduct,
  toResult,
  valueOr,
  type Assignment,
  type Licence,
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

/** A place, and who has what is set there. */
interface Bearer extends Pick<PlacedSettings, 'place' | 'application' | 'productId'> {
  /** Null where CIM alone has it. */
  readonly key: RegistryLocation['key'] | null;
  /** The product's; null elsewhere. */
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
export class WindowsFacts extends AskOnce {
  system(): Promise<SystemInfo> {
    return this.provider('system', (signal) => this.computer.system(signal));
  }

  adapters(): Promise<readonly Adapter[]> {
    return this.provider('adapters', async (signal) =>
      (await this.computer.adapters(signal)).map((adapter) => ({
        ...adapter,
        // Windows lists 0.0.0.0 where an adapter waits for an address.
        addresses: adapter.addresses.filter((address) => !isUnspecified(address)),
      })),
    );
  }

  dnsClient(): Promise<DnsClientSettings> {
    return this.provider('dnsClient', async (signal) => {
      const settings = await this.computer.dnsClientSettings(signal);
      if (hidesDomains(settings)) throw new Unreadable('garbled-answer');
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

  /** The Windows product that counts; null when none has a key. */
  licence(): Promise<Licence | null> {
    return this.once('licence', async () => {
      const products = await this.productsOf('windows');
      // Which of several counts, their channels decide.
      if (products.length > 1) products.forEach(channelIn);
      return licenceIn(products);
    });
  }

  /** The products of Windows and of Office that have a key. */
  products(): Promise<readonly Product[]> {
    return this.once('products', async () =>
      (await Promise.all([this.productsOf('windows'), this.productsOf('office')])).flat(),
    );
  }

  /** For whom the way to a KMS host is: Windows where it is a KMS client and not activated otherwise, else Office. */
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

  /** Those of one application. */
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

  /** Whether this PC is a KMS host; false where the licence cannot be read. */
  isKmsHost(): Promise<boolean> {
    return this.once('isKmsHost', async () => {
      const licence = await toResult(this.licence());
      return licence.ok && licence.value?.channel.class === 'kms-host';
    });
  }

  /**
   * The KMS host set by hand, in the narrowest place that has one. Registry places count where they were read: the
   * registry has what is set at once on any Windows (Microsoft: "Registry settings for volume activation").
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

  /** The one domain in which the person has Windows look for the record. */
  lookupDomain(): Promise<string | null> {
    return this.once('lookupDomain', () =>
      this.narrowest(
        LOOKUP_DOMAIN,
        (domain) => domain,
        () => this.isPlacedByProduct(),
      ),
    );
  }

  /** The one way in which Windows may activate; null: any. */
  activationType(): Promise<number | null> {
    return this.once('activationType', () => this.narrowest(ACTIVATION_TYPE, (type) => type));
  }

  /** Every place in which anything is set for a product of Windows or Office, as far as they can be read. */
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
   * Whether a host or a lookup domain may be set for less than all products. Windows keeps that in the registry, which
   * answers at once: where it has nothing, nobody waits seconds for CIM to tell which product is in use.
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
   * What the narrowest place has that has it; null where none has.
   *
   * @param byProduct whether places narrower than the service's may have it
   * @throws Unreadable where the service cannot tell
   */
  private async narrowest<T, U>(
    setting: PlacedSetting<T>,
    found: (value: T, place: SettingPlace) => U,
    byProduct: () => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<U | null> {
    // What can be read at once is, while CIM looks the product up.
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

  /** What a place has. @throws Unreadable where that is the service and neither the registry nor CIM can be read */
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
 * The product of Windows that counts. A KMS host's goes before a licensed one, that before a KMS client's, and that
 * before the rest.
 */
export function licenceIn(licences: readonly Product[]): Licence | null {
  const isOf = (wanted: Licence['channel']['class']) => (one: Licence) =>
    one.channel.class === wanted;
  return (
    licences.find(isOf('kms-host')) ??
    licences.find(({ licensed }) => licensed) ??
    licences.find(isOf('kms-client')) ??
    licences[0] ??
    null
  );
}

/** Columns that Windows fills in each row with a key, and that say of a product which one it is and how it activates. */
const NEVER_EMPTY = [
  'ID',
  'PartialProductKey',
  'LicenseIsAddon',
  'VLActivationType',
  'VLActivationTypeEnabled',
] as const;

/**
 * Whether a row is one of the application that has a key, as each of those is that are asked for.
 *
 * @throws Unreadable where the row does not say whose it is, or what key it has
 */
function isKeyed(row: CimRow, application: Application): boolean {
  const id = textOf(row, 'ApplicationID').toLowerCase();
  const isUnread = NEVER_EMPTY.some((name) => row[name] === null);
  if (id === '' || isUnread || row['PartialProductKey'] === undefined) throw halfRow();
  return id === APPLICATION_IDS[application] && textOf(row, 'PartialProductKey') !== '';
}

const halfRow = (): Unreadable => new Unreadable('garbled-answer', 'SoftwareLicensingProduct');

/** Whether a row has the columns that verdicts on a licence rest on. */
export function isWholeRow(row: CimRow): boolean {
  return (
    numberOf(row, 'LicenseStatus') !== null &&
    numberOf(row, 'LicenseStatusReason') !== null &&
    saysChannel(row)
  );
}

/**
 * Whether it is known what the key is: a description alone may be one that names no channel, and of a damaged row one
 * column may say that it is a KMS client's and the other one that it is not.
 */
function saysChannel(row: CimRow): boolean {
  const code = textOf(row, 'ProductKeyChannel');
  const named = channelOf(textOf(row, 'Description'));
  if (code === '' || named.token === '') return code !== '' || named.token !== '';
  const isClient = channelOf(null, code).class === 'kms-client';
  return isClient === (named.class === 'kms-client');
}

/** The kind of a product's key. @throws Unreadable where its row does not say */
export function channelIn({ channel, channelRead }: Product): ChannelClass {
  if (!channelRead) throw halfRow();
  return channel.class;
}

/** Its LicenseStatusReason, unsigned. @throws Unreadable where its row does not say */
export function reasonIn({ reason }: Product): number {
  if (reason === null) throw halfRow();
  return reason;
}

/** @throws Unreadable where nothing can be said of it: whether Windows is licensed rests on its status alone */
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
