/** A user-specified data directory while the process is elevated. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Computer } from '@engine/computer';
import type { EntryStart } from '@engine/journal/journal-schema';
import type { Journal } from '@engine/journal/journal';

const looked = vi.hoisted((): { asked: string[]; isElevated: boolean } => ({
  asked: [],
  isElevated: true,
}));
vi.mock('electron', () => ({ app: {}, BrowserWindow: {}, BaseWindow: {}, dialog: {} }));
vi.mock('../../electron/computer/windows/this-process', () => ({
  ownElevation: async () => looked.isElevated,
}));
// Reports every folder as writable by a user, including the default one.
vi.mock('../../electron/elevation/folder-safety', () => ({
  checkFolder: async (path: string) => {
    looked.asked.push(path);
    return { code: 'writable', path, detail: 'S-1-5-21-1' };
  },
}));
const { openJournal } = await import('../../electron/cli/open-journal');
const { createFixServices } = await import('../../electron/app/fixes');
const local = await import('../../electron/services/local-fix-service');
const elevatedOnes = await import('../../electron/services/elevated-fix-service');

const OPENING: EntryStart = {
  fix: 'set-lookup-domain',
  target: 'this-pc',
  computer: 'PC-042',
  parameters: {},
  changes: [{ kind: 'lookup-domain', domain: 'contoso.com' }],
  before: [null],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kms-doctor-data-dir-'));
  looked.asked.length = 0;
  looked.isElevated = true;
  vi.spyOn(process, 'platform', 'get').mockReturnValue('win32');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Returns the journal of a window started with a data directory. */
function journalOfWindow(elevated: boolean, target: Computer['target']): Journal {
  let journal: Journal | undefined;
  vi.spyOn(local, 'createLocalFixService').mockImplementation((given) => {
    ({ journal } = given);
    return {} as never;
  });
  vi.spyOn(elevatedOnes, 'createElevatedFixService').mockReturnValue({} as never);
  const services = createFixServices(
    {
      started: { dataDir: folder },
      folders: { tempFolders: join(folder, 'temp') },
      language: { t: () => String, current: () => 'en' },
    } as never,
    { elevated, objection: Promise.resolve(null) } as never,
  );
  services({ target } as Computer, {} as never);
  if (journal === undefined) throw new Error('no journal');
  return journal;
}

const WAYS: readonly (readonly [
  string,
  (elevated: boolean, target: Computer['target']) => Journal | Promise<Journal>,
])[] = [
  [
    'the command line',
    (elevated, target) => {
      looked.isElevated = elevated;
      return openJournal(folder, target);
    },
  ],
  [
    'the command line, relative',
    (elevated, target) => {
      looked.isElevated = elevated;
      return openJournal(relative(process.cwd(), folder), target);
    },
  ],
  ['the window', journalOfWindow],
];

describe.each(WAYS)('the data directory of %s', (_, journalOf) => {
  it('is checked before this PC is changed, and refused if others can write to it', async () => {
    const journal = await journalOf(true, 'this-pc');
    const problem = { path: folder, problem: 'writable', detail: 'S-1-5-21-1' };
    await expect(journal.begin(OPENING)).rejects.toMatchObject(problem);
    await expect(journal.check()).rejects.toMatchObject(problem);
    expect(looked.asked).toEqual([folder]);
    expect(readdirSync(folder)).toEqual([]);
    // Reading is still allowed.
    expect(await journal.entries()).toEqual([]);
  });

  it.each([
    [false, 'this-pc'],
    [true, 'scenario'],
    [true, 'facts'],
  ] as const)(
    "isn't checked when elevated is %s and the target is %s",
    async (elevated, target) => {
      await (await journalOf(elevated, target)).begin(OPENING);
      expect(looked.asked).toEqual([]);
    },
  );
});
