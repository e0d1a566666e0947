/** The operating system's network configuration, from sources that don't need Windows. */
import { getServers } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { SocketAddress } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Adapter, DnsClientSettings } from '@engine/computer';
import { canonicalName, isHostName } from '@shared/names';

/** A default gateway and the adapter that leads to it. */
interface Gateway {
  readonly adapter: string;
  readonly address: string;
}

/** Linux route flags (linux/route.h): the route is up, and it uses a gateway. */
const ROUTE_UP = 0x1;
const ROUTE_GATEWAY = 0x2;

/**
 * Parses resolv.conf(5). The last `search` or `domain` line wins.
 *
 * @param text contents of the file
 */
export function parseResolvConf(text: string) {
  const nameservers: string[] = [];
  let search: string[] = [];
  for (const line of text.split('\n')) {
    const [word, ...values] = line.trim().split(/\s+/);
    if (word === 'nameserver' && values[0] !== undefined) nameservers.push(values[0]);
    if (word === 'search') search = values;
    if (word === 'domain') search = values.slice(0, 1);
  }
  return { nameservers, search: search.map(canonicalName).filter(isHostName) };
}

/** Parses /proc/net/route, where addresses are four bytes in host byte order (little-endian). */
export function parseRoutes4(text: string): Gateway[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [adapter = '', destination, gateway = '', flags = '', , , , mask] = line.split(/\s+/);
      if (destination !== '00000000' || mask !== '00000000' || !leadsOn(flags)) return [];
      const octets = [...Buffer.from(gateway, 'hex')].reverse();
      return [{ adapter, address: octets.join('.') }];
    });
}

/** Parses /proc/net/ipv6_route. */
export function parseRoutes6(text: string): Gateway[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [destination = '', length, , , gateway = '', , , , flags = '', adapter = ''] = fields;
    if (!/^0{32}$/.test(destination) || length !== '00' || !leadsOn(flags)) return [];
    const groups = gateway.match(/.{4}/g) ?? [];
    const { address } = new SocketAddress({ address: groups.join(':'), family: 'ipv6' });
    return [{ adapter, address }];
  });
}

function leadsOn(flags: string): boolean {
  const needed = ROUTE_UP | ROUTE_GATEWAY;
  return (Number.parseInt(flags, 16) & needed) === needed;
}

/**
 * Returns the adapters that are up, with addresses, gateways (Linux only), and DNS servers. DNS servers are
 * system-wide here, so every adapter lists the same ones. Loopback is included only if there are no other adapters.
 */
export async function readAdapters(): Promise<Adapter[]> {
  const [gateways, dnsServers] = await Promise.all([readGateways(), readNameservers()]);
  const all = readInterfaces();
  const outward = all.filter(({ internal }) => !internal);
  return (outward.length > 0 ? outward : all).map(({ name, addresses }) => ({
    name,
    up: true,
    addresses,
    gateways: gateways.flatMap(({ adapter, address }) => (adapter === name ? [address] : [])),
    dnsServers,
    dnsServersFrom: null,
    connectionSuffix: null,
  }));
}

/** A network interface as reported by Node. */
export type Interface = ReturnType<typeof readInterfaces>[number];

/** Returns the network interfaces that have addresses. */
export function readInterfaces() {
  return Object.entries(networkInterfaces()).map(([name, found = []]) => ({
    name,
    internal: found.every(({ internal }) => internal),
    /** Without prefix length or zone. */
    addresses: found.map(({ address }) => address),
  }));
}

/** Reads the suffix search list; it's empty if there is no resolv.conf. */
export async function readDnsClientSettings(): Promise<DnsClientSettings> {
  const { search } = await readResolvConf();
  return { adDomain: null, primaryDnsSuffix: null, suffixSearchList: search };
}

/** Returns the DNS servers of the system's resolver, in order: `address`, `address:port`, or `[v6]:port`. */
async function readNameservers(): Promise<string[]> {
  // With no server configured, Node returns localhost and hides that there is none.
  const isNone = process.platform === 'linux' && (await readResolvConf()).nameservers.length === 0;
  return isNone ? [] : getServers();
}

async function readGateways(): Promise<Gateway[]> {
  const [routes4, routes6] = await Promise.all([
    readText('/proc/net/route'),
    readText('/proc/net/ipv6_route'),
  ]);
  return [...parseRoutes4(routes4), ...parseRoutes6(routes6)];
}

async function readResolvConf() {
  return parseResolvConf(await readText('/etc/resolv.conf'));
}

/** Reads a file; empty if there is none, since other systems keep these settings elsewhere. */
async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
