/**
 * Replaces the names and addresses in a case with pseudonyms, consistently, so that the case gives the same diagnosis
 * without revealing where it comes from.
 */
import { decodeEvent, type EventFieldName } from '@shared/events';
import { lookUp } from '@shared/look-up';
import { canonicalName, formatEndpoint, isAddress, isIPv6, parseEndpoint } from '@shared/names';
import type { ScenarioEvent, ScenarioFile, ScenarioRecord } from '@shared/scenario';
import { Pseudonymizer, type LabelRole } from './pseudonyms';

type Row = Readonly<Record<string, string | number | boolean | null | undefined>>;
type Registry = NonNullable<ScenarioFile['registry']>;

/** Callbacks that replace names and addresses wherever they occur. */
type Replace = Pick<Pseudonymizer, 'name' | 'address' | 'machineId'>;

/** CIM properties that contain a host, a domain or an address. */
const NAMING = new Set([
  'KeyManagementServiceMachine',
  'KeyManagementServiceLookupDomain',
  'DiscoveredKeyManagementServiceMachineName',
  'DiscoveredKeyManagementServiceMachineIpAddress',
]);

/** CIM properties with strings defined by Windows, the same on every PC. */
const PUBLIC_TEXTS = new Set([
  'ApplicationID',
  'Description',
  'ID',
  'LicenseFamily',
  'Name',
  'PartialProductKey',
  'ProductKeyChannel',
  'SubscriptionEdition',
  'SubscriptionExpiry',
  'Version',
]);

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Returns the case with its names and addresses replaced. It stays valid and gives the same diagnosis. */
export function hideNames(file: ScenarioFile): ScenarioFile {
  const hidden: string[] = [];
  replaceIn(file, {
    name: (name) => {
      hidden.push(canonicalName(name), ...canonicalName(name).split('.'));
      return name;
    },
    address: (address) => {
      hidden.push(address.toLowerCase());
      return address;
    },
    machineId: (id) => id,
  });
  return replaceIn(file, new Pseudonymizer(JSON.stringify(file).toLowerCase(), hidden));
}

/** Replaces in a copy, in a fixed order: pseudonyms are numbered as they're first needed. */
function replaceIn(original: ScenarioFile, by: Replace): ScenarioFile {
  const file = structuredClone(original);
  const { computer, licensing, dns } = file;
  const address = (text: string): string => by.address(text);
  const domain = (name: string): string => by.name(name, 'domain');
  const host = (text: string): string => endpointBy(text, 'host', by);
  const fact = (name: string): string => factBy(name, by);
  const row = <R extends Row>(one: R): R => rowBy(one, by);
  const event = (one: ScenarioEvent): ScenarioEvent => eventBy(one, by);
  const records = each((one: ScenarioRecord) => recordBy(one, by));
  const { name = '' } = computer ?? {};
  // Computer names are written in uppercase.
  change(computer, 'name', () => by.name(name, 'computer').toUpperCase());
  if (file.title?.startsWith(name)) {
    file.title = `${computer?.name ?? ''}${file.title.slice(name.length)}`;
  }
  change(computer, 'domain', domain);
  change(computer, 'primaryDnsSuffix', domain);
  change(computer, 'dnsSuffixSearchList', each(domain));
  for (const [at, adapter] of (file.adapters ?? []).entries()) {
    // Users often name adapters after the networks they connect to.
    adapter.name = at === 0 ? 'Ethernet' : `Ethernet ${at + 1}`;
    change(adapter, 'addresses', each(address));
    change(adapter, 'gateways', each(address));
    change(adapter, 'dnsServers', each(host));
    change(adapter, 'connectionSuffix', domain);
  }
  change(licensing, 'service', row);
  change(licensing, 'products', each(row));
  for (const values of Object.values(file.registry ?? {})) replaceInRegistry(values, by);
  change(file, 'events', each(event));
  change(dns, 'servers', (servers) =>
    mapEntries(servers, (key, server) => {
      const other = host(key);
      change(server, 'records', records);
      return [other, server];
    }),
  );
  change(dns, 'resolverCache', records);
  change(file, 'unread', (unread) => mapEntries(unread, (name, why) => [fact(name), why]));
  change(file, 'leftOut', each(fact));
  change(file, 'expectedHosts', each(host));
  change(file, 'hosts', (hosts) => mapEntries(hosts, (key, value) => [address(key), value]));
  return file;
}

/** Changes a property if it has a value; a missing or empty one stays so. */
function change<T extends object, K extends keyof T>(
  part: T | undefined,
  key: K,
  convert: (value: NonNullable<T[K]>) => T[K],
): void {
  const value = part?.[key];
  if (part && value) part[key] = convert(value);
}

const each =
  <T>(convert: (one: T) => T) =>
  (all: readonly T[]): T[] =>
    all.map((one) => convert(one));

/**
 * Where a fact's name contains a host or record name: index of the part after the kind; kinds not listed contain none.
 */
const NAME_AT: Readonly<Record<string, number>> = { dns: 1, resolver: 0 };

/** Replaces the parts of a fact's name: server and name after `dns`, a name after `resolver`, otherwise an address. */
function factBy(fact: string, by: Replace): string {
  const [kind = '', ...about] = fact.split('/');
  if (kind === 'registry') return fact;
  const nameAt = lookUp(NAME_AT, kind);
  const parts = about.map((part, at) => {
    if (at === nameAt) return by.name(part, 'host');
    return at === 0 ? endpointBy(part, 'host', by) : part;
  });
  return [kind, ...parts].join('/');
}

/** Replaces names in a row. Drops all other strings that aren't defined by Windows, since they may identify the PC. */
function rowBy<R extends Row>(row: R, by: Replace): R {
  return Object.fromEntries(
    Object.entries(row).flatMap(([property, value]): [string, Row[string]][] => {
      if (property === 'ClientMachineID' && typeof value === 'string') {
        return [[property, by.machineId(value)]];
      }
      if (typeof value !== 'string' || value === '' || PUBLIC_TEXTS.has(property)) {
        return [[property, value]];
      }
      if (!NAMING.has(property)) return [];
      const role = property === 'KeyManagementServiceLookupDomain' ? 'domain' : 'host';
      return [[property, endpointBy(value, role, by)]];
    }),
  ) as R;
}

/** The registry value that contains a host, in lowercase. Any other string is a domain or a line of a publish list. */
const HOST_VALUE = 'keymanagementservicename';

/** Replaces names in registry values. Lines of a publish list have the form `domain[,priority,weight]`. */
function replaceInRegistry(values: Registry[string], by: Replace): void {
  const line = (text: string): string => {
    const [domain = '', ...rest] = text.split(',');
    // Keep a port, since it identifies nothing.
    const isPlain = domain.trim() === '' || /^\d+$/.test(domain.trim());
    return [isPlain ? domain : by.name(domain, 'domain'), ...rest].join(',');
  };
  for (const [name, value] of Object.entries(values)) {
    if (value.type === 'REG_MULTI_SZ') value.value = value.value.map(line);
    else if (value.type !== 'REG_DWORD') {
      const isHost = name.toLowerCase() === HOST_VALUE && value.value.trim() !== '';
      value.value = isHost ? endpointBy(value.value, 'host', by) : line(value.value);
    }
  }
}

/** Event fields that contain a name. */
const NAMING_FIELDS: Readonly<Partial<Record<EventFieldName, LabelRole>>> = {
  host: 'host',
  clientName: 'computer',
  domain: 'domain',
};

/** Parts of an event's data that are kept: numbers, times and empty strings. */
const TELLS_NOBODY =
  /^(?:-?\d+|\d{4}[/-]\d{1,2}[/-]\d{1,2}[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?$/;

/** An error code as written in events, alone or within a sentence. */
const CODE = /(?:\bhr=)?\b0x[0-9a-f]{1,8}\b/i;

/**
 * Replaces names in an event's data, keeping its structure, codes, product IDs, numbers and times. Everything else is
 * dropped, since it may contain names: the arguments of a failed activation, or a whole sentence.
 */
function eventBy(event: ScenarioEvent, by: Replace): ScenarioEvent {
  const { id, time = '', data = [] } = event;
  const decoded = decodeEvent({ id, time, data });
  if (decoded === null) {
    return { ...event, data: data.filter((text) => CODE.exec(text)?.[0] === text) };
  }
  const others = new Map<string, string>();
  for (const { name, value } of decoded.fields) {
    const role = NAMING_FIELDS[name];
    if (role !== undefined) others.set(value, endpointBy(value, role, by));
    if (name === 'clientMachineId') others.set(value, by.machineId(value));
    if (name === 'activationId' && GUID.test(value)) others.set(value, value);
  }
  const isFailure = id === 8198 || id === 8233;
  const replaced = (part: string): string => {
    const trimmed = part.trim();
    if (TELLS_NOBODY.test(trimmed)) return part;
    const products = isFailure ? productsIn(trimmed) : [];
    const other = others.get(trimmed) ?? [...(CODE.exec(trimmed) ?? []), ...products].join(';');
    return part.replace(trimmed, () => other);
  };
  return { ...event, data: data.map((text) => text.split(',').map(replaced).join(',')) };
}

/** Returns the product IDs in the data of a failed activation; they're defined by Windows. */
function productsIn(text: string): readonly string[] {
  if (GUID.test(text)) return [text];
  return (
    text.match(/\b(?:AppId|SkuId)\s*=\s*\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi) ?? []
  );
}

function recordBy(record: ScenarioRecord, by: Replace): ScenarioRecord {
  const name = by.name(record.name, 'host');
  return 'address' in record
    ? { ...record, name, address: by.address(record.address) }
    : { ...record, name, target: by.name(record.target, 'host') };
}

/** Replaces an address or name with an optional port, keeping the port and any brackets. */
function endpointBy(text: string, role: LabelRole, by: Replace): string {
  const endpoint = parseEndpoint(text);
  if (endpoint === null) return by.name(text, role);
  const { host, port } = endpoint;
  const other = isAddress(host) ? by.address(host) : by.name(host, role);
  if (port !== null) return formatEndpoint(other, port);
  return isIPv6(other) && text.trim().startsWith('[') ? `[${other}]` : other;
}

function mapEntries<T, U>(
  entries: Readonly<Record<string, T>>,
  convert: (key: string, value: T) => [string, U],
): Record<string, U> {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => convert(key, value)));
}
