/**
 * Whether a folder, with all that is in it and everything above it, is the administrators' alone: what a user
 * could have put there must not be run, read or written with an administrator's rights.
 */
import { win32 } from 'node:path';
import { z } from 'zod';
import { Unreadable } from '@engine/computer';
import { READ_FOLDER_SECURITY } from './scripts';
import { parseSddl } from './sddl';
import type { RunScript } from './launch';

/** Why a folder is not safe. */
export interface FolderProblem {
  /**
   * `writable`: somebody other than administrators may change it. `link`: it leads elsewhere. `network`: it is
   * not on this PC. `removable`: it can be taken out and changed elsewhere. `unreadable`: its rights could not be
   * found out.
   */
  readonly code: 'writable' | 'link' | 'network' | 'removable' | 'unreadable';
  /** The folder or file that it is about. */
  readonly path: string;
  /** The SID of who may change it, the kind of drive, or why its rights are not known; else empty. */
  readonly detail: string;
}

/** Windows' own: its rights are no wider than the PC itself. */
const TRUSTED: ReadonlySet<string> = new Set([
  'S-1-5-18', // SYSTEM
  'S-1-5-32-544', // Administrators
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464', // TrustedInstaller
]);

/** Placeholders that stand for nobody, and for the owner, who is judged himself. */
const NOBODY: ReadonlySet<string> = new Set(['S-1-3-0', 'S-1-3-1', 'S-1-3-4']);

/** Deletes it, or gives oneself any right. DELETE, WRITE_DAC, WRITE_OWNER, GENERIC_ALL. */
const TAKES_OVER = 0x00010000 | 0x00040000 | 0x00080000 | 0x10000000;
/** FILE_DELETE_CHILD: takes away what is inside, whatever rights that has. */
const DELETES_INSIDE = 0x40;
/** FILE_WRITE_DATA and FILE_APPEND_DATA, for folders adding files and folders, and GENERIC_WRITE. */
const WRITES = 0x2 | 0x4 | 0x40000000;

/**
 * Who else than administrators may change an object.
 *
 * @param scope `above`: a folder on the way, where others may add what is theirs and must not move what is not
 * @returns a SID, `unknown` when the descriptor is not understood, or null when nobody may
 */
export function untrustedAccountIn(sddl: string, scope: 'inside' | 'above'): string | null {
  const descriptor = parseSddl(sddl);
  if (descriptor === null) return 'unknown';
  const { owner, grants } = descriptor;
  // Who owns something may always change its rights.
  if (!TRUSTED.has(owner)) return owner;
  if (grants === null) return 'S-1-1-0';
  const dangerous = TAKES_OVER | DELETES_INSIDE | (scope === 'inside' ? WRITES : 0);
  const found = grants.find(
    ({ sid, mask }) => !TRUSTED.has(sid) && !NOBODY.has(sid) && (mask & dangerous) !== 0,
  );
  return found?.sid ?? null;
}

const item = z.object({ path: z.string(), sddl: z.string(), link: z.boolean() });
const lookSchema = z.object({
  /** System.IO.DriveType. */
  drive: z.string().max(32),
  self: item,
  inside: z.array(item),
  above: z.array(item),
});

/** What was seen of a folder; one of each kind of rights is enough. */
export type FolderSecurity = z.infer<typeof lookSchema>;

/** Judges what was seen. */
export function assessFolder({ drive, self, inside, above }: FolderSecurity): FolderProblem | null {
  // Rights on a drive bind nobody who takes it to another PC; those on a share are another PC's.
  if (drive === 'Network') return { code: 'network', path: self.path, detail: '' };
  if (drive !== 'Fixed') return { code: 'removable', path: self.path, detail: drive };
  for (const [items, scope] of [
    [above, 'above'],
    [[self, ...inside], 'inside'],
  ] as const) {
    for (const { path, sddl, link } of items) {
      if (link) return { code: 'link', path, detail: '' };
      const account = untrustedAccountIn(sddl, scope);
      if (account === 'unknown') return { code: 'unreadable', path, detail: sddl.slice(0, 200) };
      if (account !== null) return { code: 'writable', path, detail: account };
    }
  }
  return null;
}

/** A folder on a drive of this PC. Device paths and shares have other ways in than the folders above them. */
const LOCAL = /^[A-Za-z]:\\(?!\\)/;

/** Milliseconds for a folder of some hundred files, the start of PowerShell included. */
const LIMIT_MS = 30_000;

/**
 * Looks at a folder and judges it.
 *
 * @param create rights that the folder is made with where it is not there yet; null to leave that alone
 */
export async function checkFolder(
  path: string,
  create: string | null,
  runScript: RunScript,
): Promise<FolderProblem | null> {
  if (!LOCAL.test(path)) return { code: 'network', path, detail: '' };
  try {
    return assessFolder(await readFolderSecurity(win32.normalize(path), create, runScript));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { code: 'unreadable', path, detail: error.message };
  }
}

/**
 * Whether a folder and all that is in it is an administrator's or SYSTEM's own, with no link to anywhere. Others
 * may have the right to add to it, as they have below Windows' folder for temporary files, and have not.
 *
 * @throws Unreadable
 */
export async function isAdministratorsOwn(path: string, runScript: RunScript): Promise<boolean> {
  const { self, inside } = await readFolderSecurity(path, null, runScript);
  return [self, ...inside].every(
    ({ sddl, link }) => !link && untrustedAccountIn(sddl, 'above') === null,
  );
}

async function readFolderSecurity(
  path: string,
  create: string | null,
  runScript: RunScript,
): Promise<FolderSecurity> {
  const seen = lookSchema.safeParse(
    await runScript(READ_FOLDER_SECURITY, { path, create }, LIMIT_MS),
  );
  if (!seen.success) throw new Unreadable('garbled-answer');
  return seen.data;
}
