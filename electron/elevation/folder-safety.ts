/**
 * Checks that only administrators can change a folder, its contents and its parents: files that a user could have
 * placed there must not be executed, read or written with administrator rights.
 */
import { win32 } from 'node:path';
import { z } from 'zod';
import { Unreadable } from '@engine/computer';
import { READ_FOLDER_SECURITY } from './scripts';
import { parseSddl } from './sddl';
import type { RunScript } from './launch';

/** Why a folder isn't safe. */
export interface FolderProblem {
  /**
   * - `writable`: an account other than an administrator can change it.
   * - `link`: it's a link.
   * - `network`: it isn't on this PC.
   * - `removable`: the drive can be removed and modified on another PC.
   * - `unreadable`: its permissions couldn't be read.
   */
  readonly code: 'writable' | 'link' | 'network' | 'removable' | 'unreadable';
  /** The affected folder or file. */
  readonly path: string;
  /** The SID of the account that can change it, the drive type, or why its permissions are unknown; otherwise empty. */
  readonly detail: string;
}

/** Accounts with full control of the PC. */
const TRUSTED: ReadonlySet<string> = new Set([
  'S-1-5-18', // SYSTEM
  'S-1-5-32-544', // Administrators
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464', // TrustedInstaller
]);

/**
 * Placeholder SIDs: creator owner and creator group match no account, and owner rights apply to the owner, who is
 * checked separately.
 */
const NOBODY: ReadonlySet<string> = new Set(['S-1-3-0', 'S-1-3-1', 'S-1-3-4']);

/** Deletes the object or grants any right: DELETE, WRITE_DAC, WRITE_OWNER, GENERIC_ALL. */
const TAKES_OVER = 0x00010000 | 0x00040000 | 0x00080000 | 0x10000000;
/** FILE_DELETE_CHILD: deletes the contents, whatever their permissions are. */
const DELETES_INSIDE = 0x40;
/** FILE_WRITE_DATA and FILE_APPEND_DATA (for folders, adding files and folders), and GENERIC_WRITE. */
const WRITES = 0x2 | 0x4 | 0x40000000;

/**
 * Returns an account other than an administrator that can change an object.
 *
 * @param scope `above` for a parent folder, where others may add items but must not move existing ones
 * @returns a SID, `unknown` if the descriptor can't be parsed, or null if there is none
 */
export function untrustedAccountIn(sddl: string, scope: 'inside' | 'above'): string | null {
  const descriptor = parseSddl(sddl);
  if (descriptor === null) return 'unknown';
  const { owner, grants } = descriptor;
  // The owner of an object can always change its permissions.
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

/** Security descriptors of a folder; items with identical permissions are listed once. */
export type FolderSecurity = z.infer<typeof lookSchema>;

/** Checks the permissions of a folder. */
export function assessFolder({ drive, self, inside, above }: FolderSecurity): FolderProblem | null {
  // Permissions don't protect a drive that is moved to another PC, and those of a share are enforced by another PC.
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

/** A folder on a local drive. Device paths and shares can be reached without going through their parent folders. */
const LOCAL = /^[A-Za-z]:\\(?!\\)/;

/** Timeout for a folder of a few hundred files, including the start of PowerShell. */
const LIMIT_MS = 30_000;

/**
 * Reads and checks the permissions of a folder.
 *
 * @param create SDDL to create the folder with if it's missing; null to not create it
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
 * Whether a folder and its contents are owned by administrators or SYSTEM and contain no links. Others may have the
 * right to add files, as below the Windows temporary folder, but haven't used it.
 *
 * @throws Unreadable
 */
export async function isOwnedByAdministrators(
  path: string,
  runScript: RunScript,
): Promise<boolean> {
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
