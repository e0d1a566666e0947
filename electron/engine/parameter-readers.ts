/**
 * Readers of what a person gives a fix: each takes what was typed, or refuses it with a message that says what is wrong.
 * Messages stand under `parameters.problems.*`.
 */
import { clientSetupKeyOf, nameOfClientSetupKey } from '@shared/client-setup-keys';
import {
  accepted,
  readDomain,
  readHost,
  refused,
  shown,
  withoutSpaces,
  type Parsed,
} from '@shared/host-input';
import { isAddress } from '@shared/names';
import { groupTypedKey, parseProductKey, type ProductKey } from '@shared/product-key';

/** An entry of DnsDomainPublishList. */
export interface PublishEntry {
  readonly domain: string;
  /** Null where the entry names neither priority nor weight; Windows then takes 0 and 0. */
  readonly order: { readonly priority: number; readonly weight: number } | null;
}

/** Digits of a group of a confirmation id. */
export const CONFIRMATION_GROUP_LENGTH = 6;

/** The highest priority and weight. */
const MAX_UINT16 = 0xffff;
const MAX_PUBLISH_DOMAINS = 64;

/** Whether a parameter was not given, or given empty. */
export const isLeftOut = (raw: unknown): boolean =>
  raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');

/** A product key, whole. */
function readKey(raw: unknown): Parsed<ProductKey> {
  if (typeof raw !== 'string') return refused('parameters.problems.text');
  const parsed = parseProductKey(raw);
  if (parsed.ok) return accepted(parsed.key);
  const { code, ...params } = parsed.problem;
  return refused(`keys.problem.${code}`, {
    ...params,
    ...('character' in params && { character: shown(params.character) }),
  });
}

/** A key that is issued to an organization: a published one makes a KMS client of a PC, whatever it was meant to be. */
export const readIssuedKey =
  (kind: 'mak' | 'kmsHost') =>
  (raw: unknown): Parsed<ProductKey> => {
    // Those of Windows 7 and before have another form than a key of today.
    const row = typeof raw === 'string' ? clientSetupKeyOf(groupTypedKey(raw, 0).text) : undefined;
    if (row === undefined) return readKey(raw);
    const params = { edition: nameOfClientSetupKey(row) };
    return { ...refused(`keys.isClientSetupKey.${kind}`, params), instead: 'return-to-kms' };
  };

/** An address without a port. */
export function readAddress(raw: unknown): Parsed<string> {
  const host = readHost(raw);
  if (!host.ok) return host;
  return isAddress(host.value.host) && host.value.port === null
    ? accepted(host.value.host)
    : refused('parameters.problems.address', { text: shown(raw) });
}

/** A whole number within its limits. */
export const readNumber =
  (least: number, most: number) =>
  (raw: unknown): Parsed<number> => {
    const text = typeof raw === 'number' ? String(raw) : typeof raw === 'string' ? raw.trim() : '';
    const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
    return value >= least && value <= most
      ? accepted(value)
      : refused('parameters.problems.number', { text: shown(raw), least, most });
  };

/** On or off, in the words of forms and command lines. */
export function readSwitch(raw: unknown): Parsed<boolean> {
  if (typeof raw === 'boolean') return accepted(raw);
  const text = typeof raw === 'string' ? raw.trim().toLowerCase() : '';
  if (['true', 'on', 'yes', '1'].includes(text)) return accepted(true);
  if (['false', 'off', 'no', '0'].includes(text)) return accepted(false);
  return refused('parameters.problems.switch', { text: shown(raw) });
}

/** One of a few words. */
export const readChoice =
  <const T extends readonly string[]>(choices: T) =>
  (raw: unknown): Parsed<T[number]> => {
    const found = choices.find((choice) => choice === raw);
    return found === undefined
      ? refused(
          'parameters.problems.choice',
          { text: shown(raw), choices: choices.join(', ') },
          choices,
        )
      : accepted(found);
  };

/** A path: it is read as a file and shown in a command between double quotes, so it must not end them. */
export function readFile(raw: unknown): Parsed<string> {
  if (typeof raw !== 'string') return refused('parameters.problems.text');
  const path = raw.trim();
  if (path.length > 1024) return refused('parameters.problems.tooLong', { max: 1024 });
  if (path.startsWith('-')) return refused('parameters.problems.fileStart');
  // PowerShell takes typographic quotation marks for plain ones.
  const foreign = /["'`$%!|<>&;*?\u2018-\u201f\p{C}\p{Zl}\p{Zp}]/u.exec(path)?.[0];
  return foreign === undefined
    ? accepted(path)
    : refused('parameters.problems.fileCharacter', { character: shown(foreign) });
}

/** Whether a path may stand in a command as `tsigKeyFile` lets it pass. */
export const isKeyFilePath = (path: string): boolean => readFile(path).ok;

/** Entries of DnsDomainPublishList; the same domain twice counts once, the last word on its order. */
export function readPublishList(raw: unknown): Parsed<readonly PublishEntry[]> {
  // An empty list takes the value out of the registry; a list that was never given is an oversight.
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
    return refused('parameters.problems.publishEntry', { text: shown(raw) }, [domain.value]);
  }
  return accepted({
    domain: domain.value,
    order: { priority: priority.value, weight: weight.value },
  });
}

/** An entry as DnsDomainPublishList has it (Microsoft: "Registry settings for volume activation"). */
export function formatPublishEntry({ domain, order }: PublishEntry): string {
  return order === null ? domain : `${domain},${order.priority},${order.weight}`;
}

/** Whether a text is an entry just as DnsDomainPublishList has it. */
export function isPublishEntry(text: string): boolean {
  const entry = readPublishEntry(text);
  return entry.ok && formatPublishEntry(entry.value) === text.toLowerCase();
}

/** Digits in their groups, to read out or to type in. */
export function inGroups(digits: string, length: number): string {
  return (digits.match(new RegExp(`.{1,${length}}`, 'g')) ?? []).join('-');
}

/** A confirmation id in its groups. */
export const formatConfirmationId = (digits: string): string =>
  inGroups(digits, CONFIRMATION_GROUP_LENGTH);
