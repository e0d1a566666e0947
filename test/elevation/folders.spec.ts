/** Evaluates who can write where, from security descriptors in Windows' format. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Unreadable } from '@engine/computer';
import { undo } from '@engine/changes/undo';
import { Journal, JournalUnusable } from '@engine/journal/journal';
import type { EntryStart } from '@engine/journal/journal-schema';
import { createScenarioComputer } from '../../electron/computer/scenario';
import {
  checkFolder,
  assessFolder,
  untrustedAccountIn,
} from '../../electron/elevation/folder-safety';
import {
  JOURNAL_FOLDER_SDDL,
  prepareJournalFolder,
  defaultJournal,
} from '../../electron/elevation/journal-folder';
import { READ_FOLDER_SECURITY } from '../../electron/elevation/scripts';
import { parseSddl } from '../../electron/elevation/sddl';
import { checkProgramFolder } from '../../electron/elevation/trust';
import type { RunScript } from '../../electron/elevation/launch';

const INSTALLER = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';

/** Descriptors of folders that Windows creates (Windows 10 and 11, as returned by Get-Acl). */
const DRIVE = `O:${INSTALLER}G:${INSTALLER}D:PAI(A;OICIIO;SDGXGWGR;;;AU)(A;;LC;;;AU)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)`;
const PROGRAM_FILES = `O:${INSTALLER}G:${INSTALLER}D:PAI(A;;FA;;;${INSTALLER})(A;CIIO;GA;;;${INSTALLER})(A;;0x1301bf;;;SY)(A;OICIIO;GA;;;SY)(A;;0x1301bf;;;BA)(A;OICIIO;GA;;;BA)(A;;0x1200a9;;;BU)(A;OICIIO;GXGR;;;BU)(A;OICIIO;GA;;;CO)(A;;0x1200a9;;;AC)(A;OICIIO;GXGR;;;AC)`;
const PROGRAM = `O:BAG:SYD:AI(A;ID;FA;;;${INSTALLER})(A;CIIOID;GA;;;${INSTALLER})(A;ID;FA;;;SY)(A;OICIIOID;GA;;;SY)(A;ID;FA;;;BA)(A;OICIIOID;GA;;;BA)(A;ID;0x1200a9;;;BU)(A;OICIIOID;GXGR;;;BU)(A;OICIIOID;GA;;;CO)(A;ID;0x1200a9;;;AC)(A;OICIIOID;GXGR;;;AC)`;
const PROGRAM_DATA =
  'O:SYG:SYD:PAI(A;OICIIO;GA;;;CO)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)(A;CI;DCLCRPCR;;;BU)';
const USER = 'S-1-5-21-1004336348-1177238915-682003330-1001';
const USER_FOLDER = `O:${USER}G:${USER}D:(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;${USER})`;

describe('untrusted accounts with write access', () => {
  it.each([
    ['Program Files', PROGRAM_FILES, 'inside', null],
    ['a program installed for all users', PROGRAM, 'inside', null],
    ['the journal folder as created', JOURNAL_FOLDER_SDDL, 'inside', null],
    ['the drive as a parent folder', DRIVE, 'above', null],
    ['the drive as a program folder', DRIVE, 'inside', 'S-1-5-11'],
    ['ProgramData as a parent folder', PROGRAM_DATA, 'above', null],
    ['ProgramData as a journal folder', PROGRAM_DATA, 'inside', 'S-1-5-32-545'],
    ["a user's own folder", USER_FOLDER, 'inside', USER],
    ["a user's own folder as a parent folder", USER_FOLDER, 'above', USER],
    ['a drive without access control', 'O:WDG:WDD:NO_ACCESS_CONTROL', 'inside', 'S-1-1-0'],
    ['a folder without a DACL', 'O:BAG:BA', 'inside', 'S-1-1-0'],
    ['an empty DACL', 'O:BAG:BAD:P', 'inside', null],
    ['a WRITE_OWNER grant', 'O:BAG:BAD:(A;;WO;;;AU)', 'above', 'S-1-5-11'],
    ['a WRITE_DAC grant', 'O:BAG:BAD:(A;;RCWD;;;BU)', 'above', 'S-1-5-32-545'],
    ['a delete-child grant', 'O:BAG:BAD:(A;;DT;;;BU)', 'above', 'S-1-5-32-545'],
    ['a DELETE grant', 'O:BAG:BAD:(A;;SD;;;BU)', 'inside', 'S-1-5-32-545'],
    ['an add-file grant', 'O:BAG:BAD:(A;;DC;;;BU)', 'inside', 'S-1-5-32-545'],
    ['a numeric add-file grant', 'O:BAG:BAD:(A;;0x2;;;S-1-5-32-545)', 'inside', 'S-1-5-32-545'],
    [
      'a conditional ACE',
      'O:BAG:BAD:(XA;;FA;;;BU;(WIN://SYSAPPID Contains "x"))',
      'inside',
      'S-1-5-32-545',
    ],
    [
      'an object ACE',
      'O:BAG:BAD:(OA;;FA;00000000-0000-0000-0000-000000000000;;BU)',
      'inside',
      'S-1-5-32-545',
    ],
    [
      'an allow ACE after a deny ACE',
      'O:BAG:BAD:(D;;FA;;;BU)(A;;FA;;;BU)',
      'inside',
      'S-1-5-32-545',
    ],
    ['an inherit-only ACE', 'O:BAG:BAD:(A;OICIIO;FA;;;BU)', 'inside', null],
    ['another service', 'O:BAG:BAD:(A;;FA;;;S-1-5-80-1-2-3-4-5)', 'inside', 'S-1-5-80-1-2-3-4-5'],
    ['an unknown access right', 'O:BAG:BAD:(A;;ZZ;;;BU)', 'inside', 'S-1-5-32-545'],
    ['an unknown ACE type', 'O:BAG:BAD:(QQ;;FR;;;BU)', 'inside', 'unknown'],
    ['an unknown account', 'O:BAG:BAD:(A;;FR;;;QQ)', 'inside', 'unknown'],
    ['an unknown owner', 'O:QQG:BAD:', 'inside', 'unknown'],
    ['unbalanced parentheses', 'O:BAG:BAD:(A;;FR;;;BA', 'inside', 'unknown'],
    ['an empty string', '', 'inside', 'unknown'],
  ] as const)('are determined correctly for %s', (_what, sddl, scope, expected) => {
    expect(untrustedAccountIn(sddl, scope)).toBe(expected);
  });

  it('are found in every notation of access rights', () => {
    expect(parseSddl('O:BAD:(A;;0x1301BF;;;BU)(A;;FR;;;AU)(A;;GAWD;;;WD)')?.grants).toEqual([
      { sid: 'S-1-5-32-545', mask: 0x1301bf },
      { sid: 'S-1-5-11', mask: 0x120089 },
      { sid: 'S-1-1-0', mask: 0x10040000 },
    ]);
  });
});

const FOLDER = 'C:\\Program Files\\KMS Doctor';
const seen = (path: string, sddl: string, link = false) => ({ path, sddl, link });
const GOOD = {
  drive: 'Fixed',
  self: seen(FOLDER, PROGRAM),
  inside: [seen(`${FOLDER}\\KMS Doctor.exe`, PROGRAM)],
  above: [seen('C:\\Program Files', PROGRAM_FILES), seen('C:\\', DRIVE)],
};

const answering =
  (answer: unknown, orders: object[] = []): RunScript =>
  async (script, order) => {
    expect(script).toBe(READ_FOLDER_SECURITY);
    orders.push(order);
    if (answer instanceof Error) throw answer;
    return answer;
  };

describe('a folder', () => {
  it('is safe together with its contents and parents', () => {
    expect(assessFolder(GOOD)).toBeNull();
  });

  it.each([
    ['itself', { ...GOOD, self: seen(FOLDER, USER_FOLDER) }, FOLDER],
    [
      'a file in it',
      { ...GOOD, inside: [...GOOD.inside, seen(`${FOLDER}\\version.dll`, USER_FOLDER)] },
      `${FOLDER}\\version.dll`,
    ],
    [
      'a folder above it',
      { ...GOOD, above: [seen('C:\\Tools', USER_FOLDER), seen('C:\\', DRIVE)] },
      'C:\\Tools',
    ],
  ])('is unsafe because of %s', (_what, look, path) => {
    expect(assessFolder(look)).toEqual({ code: 'writable', path, detail: USER });
  });

  it('is unsafe if it, its contents or its parents contain a link', () => {
    const link = seen('C:\\link', '', true);
    for (const look of [
      { ...GOOD, self: link },
      { ...GOOD, inside: [link] },
      { ...GOOD, above: [link] },
    ]) {
      expect(assessFolder(look)).toEqual({ code: 'link', path: 'C:\\link', detail: '' });
    }
  });

  it.each([
    ['Network', 'network', ''],
    ['Removable', 'removable', 'Removable'],
    ['CDRom', 'removable', 'CDRom'],
    ['Unknown', 'removable', 'Unknown'],
  ])('on a drive of type %s is unsafe', (drive, code, detail) => {
    expect(assessFolder({ ...GOOD, drive })).toEqual({ code, path: FOLDER, detail });
  });

  it("isn't read if it isn't a local absolute path", async () => {
    for (const path of [
      '\\\\server\\share\\KMS Doctor',
      '\\\\?\\C:\\Program Files',
      '\\\\.\\C:\\',
      'KMS Doctor',
      'C:KMS Doctor',
      '/opt/kms-doctor',
    ]) {
      const runScript = answering(new Error('asked'));
      expect(await checkFolder(path, null, runScript)).toMatchObject({ code: 'network', path });
    }
  });

  it("is unsafe if its security can't be determined", async () => {
    const missing = answering(new Unreadable('tool-missing', 'powershell.exe'));
    expect(await checkFolder(FOLDER, null, missing)).toMatchObject({ code: 'unreadable' });
    for (const answer of [null, {}, { ...GOOD, inside: 'none' }, []]) {
      expect(await checkFolder(FOLDER, null, answering(answer))).toMatchObject({
        code: 'unreadable',
      });
    }
  });

  it('that contains the program is checked and left unchanged', async () => {
    const orders: object[] = [];
    expect(
      await checkProgramFolder(`${FOLDER}\\KMS Doctor.exe`, answering(GOOD, orders)),
    ).toBeNull();
    expect(orders).toEqual([{ path: FOLDER, create: null }]);
  });

  it('for the journal is created with its permissions if missing', async () => {
    const orders: object[] = [];
    const journal = 'C:\\ProgramData\\KMS Doctor';
    const look = {
      drive: 'Fixed',
      self: seen(journal, JOURNAL_FOLDER_SDDL),
      inside: [],
      above: [seen('C:\\ProgramData', PROGRAM_DATA), seen('C:\\', DRIVE)],
    };
    expect(await prepareJournalFolder(journal, answering(look, orders))).toBeNull();
    expect(orders).toEqual([{ path: journal, create: JOURNAL_FOLDER_SDDL }]);
    const taken = { ...look, self: seen(journal, USER_FOLDER) };
    expect(await prepareJournalFolder(journal, answering(taken))).toEqual({
      code: 'writable',
      path: journal,
      detail: USER,
    });
  });
});

describe('the journal of an elevated process', () => {
  const opening: EntryStart = {
    fix: 'set-lookup-domain',
    target: 'scenario:PC-042',
    computer: 'PC-042',
    parameters: {},
    changes: [{ kind: 'lookup-domain', domain: 'contoso.com' }],
    before: [null],
  };
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kms-doctor-usual-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("isn't written to, nor used for undo, in a folder that others can change", async () => {
    const inhabited = new Journal(folder);
    const entry = await inhabited.begin(opening);
    await inhabited.note(entry, { type: 'change-started', index: 0 });
    // This isn't a Windows folder, so it's unsafe whatever the check returns.
    const journal = defaultJournal(async () => true, folder, answering(GOOD));
    await expect(journal.begin(opening)).rejects.toBeInstanceOf(JournalUnusable);
    const computer = createScenarioComputer({ schema: 'kms-doctor/scenario@1' });
    const signal = new AbortController().signal;
    await expect(undo(entry, { computer, journal, signal })).rejects.toBeInstanceOf(
      JournalUnusable,
    );
    expect(await new Journal(folder).entries()).toHaveLength(1);
  });

  it("isn't checked without administrator rights", async () => {
    const directory = join(folder, 'made');
    const journal = defaultJournal(async () => false, directory, answering(new Error('asked')));
    await journal.begin(opening);
    expect(existsSync(directory)).toBe(true);
  });
});
