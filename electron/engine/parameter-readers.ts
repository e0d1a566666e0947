/**
 * Parsers for fix parameters entered by the user. Each returns the parsed value or refuses the input with a message
 * that explains the problem. The messages are under `parameters.problems.*`.
 */
import { clientSetupKeyOf, nameOfClientSetupKey } from '@shared/client-setup-keys';
import {
  accepted,
  readDomain,
  readHost,
  refused,
  toDisplayText,
  withoutSpaces,
  type Parsed,
} from '@shared/host-input';
import { isAddress } from '@shared/names';
import { groupTypedKey, parseProductKey, type ProductKey } from '@shared/product-key';

/** An entry of DnsDomainPublishList. */
export interface PublishEntry {
  readonly domain: string;
  /** Null if the entry has neither priority nor weight; Windows then uses 0 and 0. */
  readonly order: { readonly priority: number; readonly weight: number } | null;
}

/** Number of digits in a group of a confirmation ID. */
export const CONFIRMATION_GROUP_LENGTH = 6;

/** Highest priority and weight. */
const MAX_UINT16 = 0xffff;
const MAX_PUBLISH_DOMAINS = 64;

/** Whether a parameter is missing or empty. */
export const isLeftOut = (raw: unknown): boolean =>
  raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');

/** Parses a complete product key. */
function readKey(raw: unknown): Parsed<ProductKey> {
  if (typeof raw !== 'string') return refused('parameters.problems.text');
  const parsed = parseProductKey(raw);
  if (parsed.ok) return accepted(parsed.key);
  const { code, ...params } = parsed.problem;
  return refused(`keys.problem.${code}`, {
    ...params,
    ...('character' in params && { character: toDisplayText(params.character) }),
  });
}

/**
 * Parses a key issued to an organization. A published client setup key is refused: it would make the PC a KMS client.
 */
export const readIssuedKey =
  (kind: 'mak' | 'kmsHost') =>
  (raw: unknown): Parsed<ProductKey> => {
    // Checked before parsing: client setup keys of Windows 7 and earlier have a different format from current keys.
    const row = typeof raw === 'string' ? clientSetupKeyOf(groupTypedKey(raw, 0).text) : undefined;
    if (row === undefined) return readKey(raw);
    const params = { edition: nameOfClientSetupKey(row) };
    return { ...refused(`keys.isClientSetupKey.${kind}`, params), instead: 'return-to-kms' };
  };

/** Parses an address without a port. */
export function readAddress(raw: unknown): Parsed<string> {
  const host = readHost(raw);
  if (!host.ok) return host;
  return isAddress(host.value.host) && host.value.port === null
    ? accepted(host.value.host)
    : refused('parameters.problems.address', { text: toDisplayText(raw) });
}

/** Parses an integer within a range. */
export const readNumber =
  (least: number, most: number) =>
  (raw: unknown): Parsed<number> => {
    const text = typeof raw === 'number' ? String(raw) : typeof raw === 'string' ? raw.trim() : '';
    const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
    return value >= least && value <= most
      ? accepted(value)
      : refused('parameters.problems.number', { text: toDisplayText(raw), least, most });
  };

/** Parses a switch, in the words used in forms and on the command line. */
export function readSwitch(raw: unknown): Parsed<boolean> {
  if (typeof raw === 'boolean') return accepted(raw);
  const text = typeof raw === 'string' ? raw.trim().toLowerCase() : '';
  if (['true', 'on', 'yes', '1'].includes(text)) return accepted(true);
  if (['false', 'off', 'no', '0'].includes(text)) return accepted(false);
  return refused('parameters.problems.switch', { text: toDisplayText(raw) });
}

/** Parses one of a fixed set of words. */
export const readChoice =
  <const T extends readonly string[]>(choices: T) =>
  (raw: unknown): Parsed<T[number]> => {
    const found = choices.find((choice) => choice === raw);
    return found === undefined
      ? refused(
          'parameters.problems.choice',
          { text: toDisplayText(raw), choices: choices.join(', ') },
          choices,
        )
      : accepted(found);
  };

/**
 * Parses a file path. The path also appears in commands in double quotes, so characters that could end them are
 * refused.
 */
export function readFile(raw: unknown): Parsed<string> {
  if (typeof raw !== 'string') return refused('parameters.problems.text');
  const path = raw.trim();
  if (path.length > 1024) return refused('parameters.problems.tooLong', { max: 1024 });
  if (path.startsWith('-')) return refused('parameters.problems.fileStart');
  // PowerShell treats typographic quotation marks as plain ones.
  const foreign = /["'`$%!|<>&;*?\u2018-\u201f\p{C}\p{Zl}\p{Zp}]/u.exec(path)?.[0];
  return foreign === undefined
    ? accepted(path)
    : refused('parameters.problems.fileCharacter', { character: toDisplayText(foreign) });
}

/** Whether a path may appear in a command, by the same rules as `tsigKeyFile`. */
export const isKeyFilePath = (path: string): boolean => readFile(path).ok;

/** Parses entries of DnsDomainPublishList. If a domain occurs more than once, its last priority and weight win. */
export function readPublishList(raw: unknown): Parsed<readonly PublishEntry[]> {
  // An empty list deletes the registry value; a missing list is a mistake.
  if (isLeftOut(raw)) return refused('parameters.problems.required');
  const texts = Array.isArray(raw) ? (raw as readonly unknown[]) : [raw];
  const entries = new Map<string, PublishEntry>();
  for (const text of texts) {
    if (isLeftOut(text)) continue;
    const entry = readPublishEntry(text);
    if (!entry.ok) return entry;
    entries.set(entry.value.domain, entry.value);
  }
  return entries.size > MAX_PUBLISH_DOMAINS
    ? refused('parameters.problems.tooMany', { max: MAX_PUBLISH_DOMAINS })
    : accepted([...entries.values()]);
}

function readPublishEntry(raw: unknown): Parsed<PublishEntry> {
  if (typeof raw !== 'string') return refused('parameters.problems.text');
  const [name = '', ...order] = raw.split(',').map(withoutSpaces);
  const domain = readDomain(name);
  if (!domain.ok) {
    return {
      ...domain,
      suggestions: domain.suggestions.map((meant) => [meant, ...order].join(',')),
    };
  }
  if (order.length === 0) return accepted({ domain: domain.value, order: null });
  const [priority, weight] = order.map(readNumber(0, MAX_UINT16));
  if (order.length !== 2 || priority?.ok !== true || weight?.ok !== true) {
    return refused('parameters.problems.publishEntry', { text: toDisplayText(raw) }, [
      domain.value,
    ]);
  }
  return accepted({
    domain: domain.value,
    order: { priority: priority.value, weight: weight.value },
  });
}

/** Formats an entry for DnsDomainPublishList (Microsoft: "Registry settings for volume activation"). */
export function formatPublishEntry({ domain, order }: PublishEntry): string {
  return order === null ? domain : `${domain},${order.priority},${order.weight}`;
}

/** Whether a string is an entry exactly as stored in DnsDomainPublishList. */
export function isPublishEntry(text: string): boolean {
  const entry = readPublishEntry(text);
  return entry.ok && formatPublishEntry(entry.value) === text.toLowerCase();
}

/** Splits digits into hyphenated groups, to be read aloud or typed. */
export function inGroups(digits: string, length: number): string {
  return (digits.match(new RegExp(`.{1,${length}}`, 'g')) ?? []).join('-');
}

/** Formats a confirmation ID in groups. */
export const formatConfirmationId = (digits: string): string =>
  inGroups(digits, CONFIRMATION_GROUP_LENGTH);
