/**
 * Parses security descriptors in SDDL, which isn't localized, as far as needed to determine who has write access.
 *
 * Sources: https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format, …/ace-strings and
 * …/sid-strings. Anything that can't be parsed isn't trusted.
 */

/** An entry that grants access to the object itself. */
interface Grant {
  /** The account, as `S-1-…`. */
  readonly sid: string;
  /** Access mask (winnt.h). */
  readonly mask: number;
}

/** Owner and access list of an object. */
export interface Descriptor {
  /** As `S-1-…`. */
  readonly owner: string;
  /** Null if there's no list, which grants everyone full access. */
  readonly grants: readonly Grant[] | null;
}

/** Two-letter aliases of the SIDs that occur on files. */
const ALIASES: Readonly<Record<string, string>> = {
  AC: 'S-1-15-2-1',
  AN: 'S-1-5-7',
  AU: 'S-1-5-11',
  BA: 'S-1-5-32-544',
  BG: 'S-1-5-32-546',
  BO: 'S-1-5-32-551',
  BU: 'S-1-5-32-545',
  CG: 'S-1-3-1',
  CO: 'S-1-3-0',
  IU: 'S-1-5-4',
  LS: 'S-1-5-19',
  NS: 'S-1-5-20',
  NU: 'S-1-5-2',
  OW: 'S-1-3-4',
  PO: 'S-1-5-32-550',
  PU: 'S-1-5-32-547',
  RC: 'S-1-5-12',
  SO: 'S-1-5-32-549',
  SU: 'S-1-5-6',
  SY: 'S-1-5-18',
  WD: 'S-1-1-0',
};

const RIGHTS: Readonly<Record<string, number>> = {
  GA: 0x10000000,
  GR: 0x80000000,
  GW: 0x40000000,
  GX: 0x20000000,
  RC: 0x00020000,
  SD: 0x00010000,
  WD: 0x00040000,
  WO: 0x00080000,
  CC: 0x00000001,
  DC: 0x00000002,
  LC: 0x00000004,
  SW: 0x00000008,
  RP: 0x00000010,
  WP: 0x00000020,
  DT: 0x00000040,
  LO: 0x00000080,
  CR: 0x00000100,
  FA: 0x001f01ff,
  FR: 0x00120089,
  FW: 0x00120116,
  FX: 0x001200a0,
};

/** Types of allow entries: plain, object-specific, and both with a condition, which is assumed to be met. */
const ALLOWING: ReadonlySet<string> = new Set(['A', 'OA', 'XA', 'ZA']);
/** Types of deny entries. They can only restrict access, so ignoring them is safe. */
const FORBIDDING: ReadonlySet<string> = new Set(['D', 'OD', 'XD']);

/** All rights; used if an entry's rights can't be parsed. */
const EVERYTHING = 0xffffffff;

/**
 * Parses a descriptor.
 *
 * @returns null if it can't be parsed
 */
export function parseSddl(sddl: string): Descriptor | null {
  const sections = sectionsOf(sddl);
  const owner = sidOf(sections.get('O') ?? '');
  if (owner === null) return null;
  const list = sections.get('D');
  if (list === undefined || list.includes('NO_ACCESS_CONTROL')) return { owner, grants: null };
  const [flags, ...entries] = splitEntries(list) ?? [];
  if (flags === undefined || !/^(P|AR|AI)*$/.test(flags)) return null;
  const grants: Grant[] = [];
  for (const entry of entries) {
    const [type = '', inheritance = '', rights = '', , , who = ''] = entry.split(';');
    if (FORBIDDING.has(type)) continue;
    const sid = sidOf(who);
    if (!ALLOWING.has(type) || sid === null) return null;
    // Inherit-only: it applies to the contents, not to this object.
    if (pairsOf(inheritance).includes('IO')) continue;
    grants.push({ sid, mask: maskOf(rights) });
  }
  return { owner, grants };
}

/** Splits a descriptor into its sections, by letter. */
function sectionsOf(sddl: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  let depth = 0;
  let name = '';
  let start = 0;
  for (let i = 0; i < sddl.length; i += 1) {
    if (sddl[i] === '(') depth += 1;
    else if (sddl[i] === ')') depth -= 1;
    else if (depth === 0 && sddl[i + 1] === ':' && 'OGDS'.includes(sddl[i] ?? '')) {
      if (name !== '') sections.set(name, sddl.slice(start, i));
      name = sddl[i] ?? '';
      start = i + 2;
      i += 1;
    }
  }
  if (name !== '') sections.set(name, sddl.slice(start));
  return sections;
}

/** Splits a list into its flags and its entries without parentheses; null if those are unbalanced. */
function splitEntries(list: string): readonly string[] | null {
  // The text before, inside, between and after the outer parentheses, by turns.
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const char of list) {
    if (char === ')') depth -= 1;
    if (depth < 0) return null;
    if (depth === 0 && (char === '(' || char === ')')) {
      parts.push(part);
      part = '';
    } else part += char;
    if (char === '(') depth += 1;
  }
  parts.push(part);
  return depth === 0 ? parts.filter((_, index) => index === 0 || index % 2 === 1) : null;
}

const sidOf = (text: string): string | null =>
  /^S-1(-\d+)+$/.test(text) ? text : (ALIASES[text] ?? null);

function maskOf(rights: string): number {
  if (/^0x[0-9a-f]{1,8}$/i.test(rights)) return Number.parseInt(rights, 16);
  // Bitwise operators return signed numbers.
  return pairsOf(rights).reduce((mask, right) => mask | (RIGHTS[right] ?? EVERYTHING), 0) >>> 0;
}

const pairsOf = (text: string): readonly string[] => text.match(/../g) ?? [];
