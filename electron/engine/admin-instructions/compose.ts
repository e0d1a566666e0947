/** Building blocks shared by the messages of several verdicts. */
import type { AdminMessage, TextLine } from '@shared/admin-message';
import { joinShort, type KeyPart, type Message } from '@shared/message';
import { KMS_PORT } from '@shared/kms';
import en from '@shared/locales/en.json';
import { isAddress, isHostName, kmsRecordName, type Endpoint } from '@shared/names';
import { pasteableDomain, pasteableHost } from '../changes/pasteable';
import type { DnsServer, SrvRecordSpec } from '../computer';
import { pasteableServers, respondingServer } from '../facts/answers';
import { valueOr } from '../facts/fact-types';
import { givenAddresses } from '../facts/network-facts';
import { suggestedHosts } from '../fixes/suggest';
import type { Assessment } from '../verdict/assessment';
import { commandsAfter } from './text';

/** Messages that have their own texts. */
type MessageWords = KeyPart<'messages.', '.seen'>;
type Parameters = Readonly<Record<string, string | number>>;
/** Messages with a KMS host in their subject. */
type NamesHost = KeyPart<'messages.', '.subjectUnnamed'>;

/** Returns the subject; if the KMS host in it isn't known, the one without a placeholder. */
function subjectOf(words: MessageWords, params: Parameters): Message {
  return 'subjectUnnamed' in en.messages[words] && String(params['host']).startsWith('<')
    ? { key: `messages.${words as NamesHost}.subjectUnnamed`, params }
    : { key: `messages.${words}.subject`, params };
}

/** Composes a message: the findings, the request, and how to carry it out. */
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

/** Returns commands, preceded by a sentence that says where or why to run them. */
export const stepsFor = (
  key: 'check' | 'onPc' | 'onClient' | 'onDnsServer',
  ...lines: readonly string[]
): TextLine[] => commandsAfter(`messages.${key}`, ...lines);

/** Returns the source addresses of the PC's connections, for the firewall administrator. */
export function addressesOfPc({ snapshot: { adapters } }: Assessment): TextLine[] {
  const own = givenAddresses(valueOr(adapters, [])).filter(isAddress);
  return own.length === 0
    ? []
    : [{ key: 'messages.addresses', params: { addresses: joinShort(own) } }];
}

/** Returns the domain that Windows queries first; empty if there is none. */
export const firstDomain = ({ domains }: Assessment): string => domains.candidates[0] ?? '';
/** Returns the name of the KMS record in the domain that Windows queries first. */
export const record = (view: Assessment): string => kmsRecordName(firstDomain(view));

/** Returns the first configured server that responds, otherwise the first one; ignores invalid addresses. */
export const dnsServer = ({ snapshot }: Assessment): DnsServer | null =>
  respondingServer(snapshot) ?? pasteableServers(snapshot)[0] ?? null;

/** Returns the command that looks up a name at a server; an unknown server becomes a placeholder. */
export const nslookup = (name: string, server: Pick<DnsServer, 'address'> | null): string =>
  `nslookup ${name} ${server?.address ?? '<DNS_server>'}`;

/** Like {@link nslookup}, for the KMS record of a domain. */
export const nslookupRecord = (domain: string, server: Pick<DnsServer, 'address'> | null): string =>
  nslookup(`-type=srv ${kmsRecordName(domain)}`, server);

/** Returns the command that tests a host's port from a PC. */
export const testPort = ({ host, port }: Endpoint): string =>
  `Test-NetConnection ${pasteableHost(host)} -Port ${port}`;

/** Returns a KMS host for use in a record: one known by its fully qualified name and not found to be something else. */
export function knownHost(view: Assessment): Endpoint | null {
  const isUsable = ({ host: name }: Endpoint): boolean =>
    isHostName(name) &&
    name.includes('.') &&
    view.targets.every(({ host, reach }) => host !== name || reach === 'kms');
  return suggestedHosts(view).find(isUsable) ?? null;
}

/** Returns the KMS record of a host in a domain, with the TTL of KMS hosts. An unknown host gets a placeholder. */
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
