import { z } from 'zod';
import { canonicalName, controllersRecordName, kmsRecordName } from '@shared/names';
import { accepted, refused, toDisplayText, type Parsed } from '@shared/host-input';
import type { Adapter } from '../computer';
import type { Facts } from '../facts/facts';
import type { FactSnapshot } from '../facts/fact-snapshot';
import { toResult, valueOr } from '../facts/fact-types';
import { recordsIn } from '../facts/answers';
import { isLeftOut, readAddress } from '../parameter-readers';
import { refusedByPolicy } from './dns-policy';
import { optional, required } from './parameters';
import { defineFix, givenText, notApplicable, pendingChanges, wrongParameter } from './plan';

const DNS_PORT = 53;
/** Maximum number of DNS servers per adapter. */
const MAX_DNS_SERVERS = 16;
/** Maximum length of a connection name, in characters (`MAX_INTERFACE_NAME_LEN` in the IP Helper API). */
const MAX_ADAPTER_NAME = 256;

/** Sets the DNS servers of an adapter, or returns to those assigned by DHCP. */
export const setDnsServers = defineFix({
  parameters: z.strictObject({
    servers: required('list', readServerList),
    adapter: optional('text', readAdapter, null, { advanced: true }),
  }),
  refusesHere: ({ snapshot }, given) =>
    refusedByPolicy('dns-servers', snapshot, () => givenText(given, 'servers')),
  async plan({ values, facts }) {
    const up = (await facts.adapters()).filter((one) => one.up);
    const { adapter: name } = values;
    const adapter =
      name === null
        ? defaultAdapter(up)
        : up.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (adapter === undefined) {
      const params = { name: toDisplayText(name ?? '') };
      const names = up.map((one) => one.name);
      return wrongParameter('adapter', { key: 'parameters.problems.noAdapter', params }, names);
    }
    const unfit = await Promise.all(values.servers.map((server) => isUnfit(server, facts)));
    const server = values.servers.find((_, index) => unfit[index]);
    if (server !== undefined) {
      return wrongParameter('servers', {
        key: 'parameters.problems.serverUnfit',
        params: { server },
      });
    }
    const servers = values.servers.length === 0 ? null : values.servers;
    const changes = await pendingChanges(facts, [
      { kind: 'dns-servers', adapter: adapter.name, servers },
    ]);
    return changes.length === 0
      ? notApplicable({ key: 'fixes.notHere.dnsServersSame', params: { adapter: adapter.name } })
      : { changes };
  },
  /** Suggests the manually set servers that know the domain. Servers assigned by DHCP must be changed in DHCP. */
  initial: ({ snapshot }) => {
    const adapter = defaultAdapter(valueOr(snapshot.adapters, []).filter((one) => one.up));
    if (adapter?.dnsServersFrom !== 'static') return {};
    const servers = adapter.dnsServers.filter((server) => knowsDomain(server, snapshot));
    return servers.length > 0 && servers.length < adapter.dnsServers.length ? { servers } : {};
  },
});

/** Returns the adapter with the default gateway, otherwise the first one. */
const defaultAdapter = (adapters: readonly Adapter[]): Adapter | undefined =>
  adapters.find(({ gateways }) => gateways.length > 0) ?? adapters[0];

/** Whether a server returned records for the domain: its domain controllers or its KMS record. */
function knowsDomain(address: string, { controllers, lookups }: FactSnapshot): boolean {
  const candidates = lookups.filter(({ role }) => role === 'candidate');
  return [...(controllers === null ? [] : [controllers]), ...candidates].some(({ servers }) =>
    servers.some(
      ({ server, answer }) => server.address === address && recordsIn(answer).length > 0,
    ),
  );
}

/** Whether a server doesn't respond, or can't resolve the domain controllers of this PC's domain. */
async function isUnfit(address: string, facts: Facts): Promise<boolean> {
  const { adDomain } = await facts.dnsClient();
  const name =
    adDomain === null ? kmsRecordName(null) : controllersRecordName(canonicalName(adDomain));
  const answer = await toResult(facts.query({ address, port: DNS_PORT }, name, 'SRV'));
  if (!answer.ok || answer.value.outcome !== 'answered') return true;
  return adDomain !== null && recordsIn(answer.value).length === 0;
}

/** Reads an ordered list of DNS servers, without ports because Windows stores none; an empty list means DHCP. */
function readServerList(raw: unknown): Parsed<readonly string[]> {
  if (isLeftOut(raw)) return refused('parameters.problems.required');
  const addresses = new Set<string>();
  for (const text of Array.isArray(raw) ? (raw as readonly unknown[]) : [raw]) {
    if (isLeftOut(text)) continue;
    const address = readAddress(text);
    if (!address.ok) return address;
    addresses.add(address.value);
  }
  return addresses.size > MAX_DNS_SERVERS
    ? refused('parameters.problems.tooManyServers', { max: MAX_DNS_SERVERS })
    : accepted([...addresses]);
}

/** Reads the name of a network connection as shown in Windows. */
function readAdapter(raw: unknown): Parsed<string> {
  if (typeof raw !== 'string') return refused('parameters.problems.text');
  const name = raw.trim();
  if (name.length > MAX_ADAPTER_NAME) {
    return refused('parameters.problems.tooLong', { max: MAX_ADAPTER_NAME });
  }
  const foreign = /[\p{C}\p{Zl}\p{Zp}]/u.exec(name)?.[0];
  return foreign === undefined
    ? accepted(name)
    : refused('parameters.problems.adapterCharacter', { character: toDisplayText(foreign) });
}
