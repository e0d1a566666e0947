/** What messages of several verdicts are composed of. */
import type { AdminMessage, TextLine } from '@shared/admin-message';
import type { Message } from '@shared/message';
import { KMS_PORT } from '@shared/kms';
import type en from '@shared/locales/en.json';
import { isAddress, isHostName, kmsRecordName, type Endpoint } from '@shared/names';
import { joinShort, serverName } from '../checks/finding';
import { pasteableDomain, pasteableHost } from '../changes/pasteable';
import type { DnsServer, SrvRecordSpec } from '../computer';
import { valueOr, type AskedAnswer } from '../facts/fact-snapshot';
import { givenAddresses } from '../facts/network-facts';
import { suggestedHosts } from '../fixes/suggest';
import type { Assessment } from '../verdict/assessment';
import { serversWith } from '../verdict/parameters';
import { commands } from './text';

type Texts = (typeof en)['messages'];
/** Messages that have their own words. */
type MessageWords = {
  [K in keyof Texts]: Texts[K] extends { seen: string } ? K : never;
}[keyof Texts];
type Parameters = Readonly<Record<string, string | number>>;

/** Those whose subject names a KMS host, which nobody may know: a subject has no place to fill in. */
type NamesHost = {
  [K in MessageWords]: Texts[K] extends { subjectUnnamed: string } ? K : never;
}[MessageWords];
const NAMES_HOST: readonly string[] = [
  'clock-skew',
  'kms-count-too-low',
  'kms-host-cannot-activate',
  'kms-host-not-activated',
  'kms-host-virtual',
  'office-host-not-activated',
  'office-pack-missing',
] satisfies readonly NamesHost[];

const isPlaceholder = (value: string | number | undefined): boolean =>
  typeof value === 'string' && value.startsWith('<');

function subjectOf(words: MessageWords, params: Parameters): Message {
  return NAMES_HOST.includes(words) && isPlaceholder(params['host'])
    ? { key: `messages.${words as NamesHost}.subjectUnnamed`, params }
    : { key: `messages.${words}.subject`, params };
}

/** A message: what was seen, what is asked for, and how it is done. */
export function compose(
  recipient: AdminMessage['for'],
  words: MessageWords,
  params: Parameters,
  ...how: readonly (readonly TextLine[])[]
): AdminMessage {
  return {
    for: recipient,
    subject: subjectOf(words, params),
    lines: [
      { key: 'messages.greeting' },
      '',
      { key: `messages.${words}.seen`, params },
      '',
      { key: `messages.${words}.please`, params },
      ...how.flatMap((lines) => ['', ...lines]),
      '',
      { key: 'messages.closing' },
    ],
  };
}

/** Commands under the sentence that says where, or what for, they are run. */
export const stepsFor = (
  key: 'check' | 'onPc' | 'onClient' | 'onDnsServer',
  ...lines: readonly string[]
): TextLine[] => [{ key: `messages.${key}` }, ...commands(...lines)];

/** Where the PC's connections come from, for whoever looks after firewalls. */
export function addressesOfPc({ snapshot: { adapters } }: Assessment): TextLine[] {
  const own = givenAddresses(valueOr(adapters, [])).filter(isAddress);
  return own.length === 0
    ? []
    : [{ key: 'messages.addresses', params: { addresses: joinShort(own) } }];
}

/** The domain in which Windows looks first; empty where there is none. */
export const firstDomain = ({ domains }: Assessment): string => domains.candidates[0] ?? '';
/** The name of the KMS record in that domain. */
export const record = (view: Assessment): string => kmsRecordName(firstDomain(view));
/** Whether a server answered at all, be it with an error. */
export const answers = ({ outcome }: AskedAnswer): boolean => outcome === 'answered';

/** The first configured server that answers, else the first one; a text that is no address is left out. */
export function dnsServer(view: Assessment): DnsServer | null {
  const [name] = serversWith(view, answers);
  const servers = valueOr(view.snapshot.servers, []).filter(({ address }) => isAddress(address));
  return servers.find((server) => serverName(server) === name) ?? servers[0] ?? null;
}

/** The command that asks a server for a name; a server that nobody knows is left to be filled in. */
export const nslookup = (
  name: string,
  server: Pick<DnsServer, 'address'> | null,
  ...options: readonly string[]
): string => ['nslookup', ...options, name, server?.address ?? '<DNS_server>'].join(' ');

/** The command that tries a host's port from a PC. */
export const testPort = ({ host, port }: Endpoint): string =>
  `Test-NetConnection ${pasteableHost(host)} -Port ${port}`;

/** A KMS host that a record could name: one that is known by its full name and was not found to be something else. */
export function knownHost(view: Assessment): Endpoint | null {
  const known = suggestedHosts(view).find(
    ({ host: name }) =>
      isHostName(name) &&
      name.includes('.') &&
      view.targets.every(({ host, reach }) => host !== name || reach === 'kms'),
  );
  return known ?? null;
}

/** The KMS record of a host in a domain, with the TTL that a KMS host gives it; a host that nobody knows is left to be filled in. */
export function recordIn(domain: string, host: Endpoint | null): SrvRecordSpec {
  const zone = pasteableDomain(domain);
  return {
    zone,
    name: kmsRecordName(zone),
    target: host?.host ?? '<KMS_FQDN>',
    port: host?.port ?? KMS_PORT,
    priority: 0,
    weight: 0,
    ttl: 3600,
  };
}
