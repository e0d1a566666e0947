/**
 * Values of commands that somebody pastes into an administrator's shell. A change may hold what the registry, DNS
 * or a journal's file said; into its command such a value gets only where it passes what its parameter has to
 * pass. Anything else leaves its placeholder.
 */
import { isKeyFilePath, isPublishEntry } from '../parameter-readers';
import { KMS_SERVICE } from '@shared/kms';
import { holdsProductKey } from '@shared/redaction';
import { isAddress, isHostName, parsePort } from '@shared/names';
import type { DnsChangeMethod, DnsServer, SrvRecordSpec } from '../computer';
import { withoutBrackets } from './commands';

/** Whether a text is a host as Windows keeps it: a name, or an address, of IPv6 in brackets; a product key is none. */
export const isKeptHost = (text: string): boolean =>
  isAddress(withoutBrackets(text)) || (isHostName(text) && !holdsProductKey(text));

const pasteable =
  (passes: (text: string) => boolean, placeholder: string) =>
  (text: string): string =>
    passes(text) ? text : placeholder;

/** A host as Windows keeps it. */
export const pasteableHost = pasteable(isKeptHost, '<KMS_host>');

/** An activation id. */
export const pasteableId = pasteable(
  (text) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text),
  '<activation_ID>',
);

/** The address of a DNS server. */
export const pasteableAddress = pasteable(isAddress, '<DNS_server>');

/** A DNS domain. */
export const pasteableDomain = pasteable(isHostName, '<DNS_domain>');

/** The last five characters of a product key. */
export const pasteableKeyEnd = pasteable((text) => /^[A-Z0-9]{5}$/i.test(text), 'XXXXX');

/** Data of a registry value of volume activation: a number, a host, or an entry of the list of domains. */
export function pasteableValue(value: string | number): string {
  const text = String(value);
  const isFit =
    typeof value === 'number' ||
    parsePort(text) !== null ||
    isKeptHost(text) ||
    isPublishEntry(text);
  return isFit ? text : '<value>';
}

/** An SRV record; its name and zone go together. */
export function pasteableRecord(record: SrvRecordSpec): SrvRecordSpec {
  const isNamed = isHostName(record.zone) && isHostName(record.name);
  return {
    ...record,
    ...(!isNamed && { zone: '<DNS_zone>', name: `${KMS_SERVICE}.<DNS_zone>` }),
    target: pasteable(isHostName, '<KMS_FQDN>')(record.target),
  };
}

/** The way in which a record gets to its server. */
export function pasteableMethod<M extends DnsChangeMethod>(how: M): M {
  const { server } = how;
  const file = how.method === 'dynamic-update' ? how.tsigKeyFile : null;
  return {
    ...how,
    ...(server !== null && { server: pasteableServer(server) }),
    ...(file !== null && { tsigKeyFile: pasteable(isKeyFilePath, '<TSIG_key_file>')(file) }),
  };
}

const pasteableServer = ({ address, port }: DnsServer): DnsServer => ({
  address: pasteableAddress(address),
  port,
});
