/**
 * Values for commands that a user pastes into an elevated shell. A change may contain values read from the registry,
 * DNS or a journal file. Such a value is put into the command only if it passes the same validation as the parameter;
 * otherwise the command keeps a placeholder.
 */
import { isKeyFilePath, isPublishEntry } from '../parameter-readers';
import { KMS_SERVICE } from '@shared/kms';
import { holdsProductKey } from '@shared/redaction';
import { isAddress, isHostName, parsePort } from '@shared/names';
import type { DnsChangeMethod, SrvRecordSpec } from '../computer';
import { isGuid } from '../registry-keys';
import { stripBrackets } from './commands';

/** Whether a string is a host as Windows stores it: a name or an address, IPv6 in brackets. A product key isn't one. */
export const isStoredHost = (text: string): boolean =>
  isAddress(stripBrackets(text)) || (isHostName(text) && !holdsProductKey(text));

const pasteable =
  (passes: (text: string) => boolean, placeholder: string) =>
  (text: string): string =>
    passes(text) ? text : placeholder;

/** Returns a host as Windows stores it, or the placeholder. */
export const pasteableHost = pasteable(isStoredHost, '<KMS_host>');

/** Returns an activation ID, or the placeholder. */
export const pasteableId = pasteable(isGuid, '<activation_ID>');

/** Returns the arguments that limit a command to one product; none for all products. */
export const pasteableIds = (productId: string | null | undefined): readonly string[] =>
  typeof productId === 'string' ? [pasteableId(productId)] : [];

/** Returns the address of a DNS server, or the placeholder. */
export const pasteableAddress = pasteable(isAddress, '<DNS_server>');

/** Returns a DNS domain, or the placeholder. */
export const pasteableDomain = pasteable(isHostName, '<DNS_domain>');

/** Returns the last five characters of a product key, or the placeholder. */
export const pasteableKeyEnd = pasteable((text) => /^[A-Z0-9]{5}$/i.test(text), 'XXXXX');

/** Returns the data of a volume activation registry value: a number, a host or an entry of the domain list. */
export const pasteableValue = (value: string | number): string =>
  typeof value === 'number' ? String(value) : pasteableText(value);

const pasteableText = pasteable(
  (text) => parsePort(text) !== null || isStoredHost(text) || isPublishEntry(text),
  '<value>',
);

/** Returns an SRV record with safe values. Name and zone are either both kept or both replaced. */
export function pasteableRecord(record: SrvRecordSpec): SrvRecordSpec {
  const isNamed = isHostName(record.zone) && isHostName(record.name);
  return {
    ...record,
    ...(!isNamed && { zone: '<DNS_zone>', name: `${KMS_SERVICE}.<DNS_zone>` }),
    target: pasteable(isHostName, '<KMS_FQDN>')(record.target),
  };
}

/** Returns the method for updating a record, with safe values. */
export function pasteableMethod<M extends DnsChangeMethod>(how: M): M {
  const { server } = how;
  const file = how.method === 'dynamic-update' ? how.tsigKeyFile : null;
  return {
    ...how,
    ...(server !== null && {
      server: { address: pasteableAddress(server.address), port: server.port },
    }),
    ...(file !== null && { tsigKeyFile: pasteable(isKeyFilePath, '<TSIG_key_file>')(file) }),
  };
}
