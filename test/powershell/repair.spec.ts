/**
 * Runs the repair session's scripts in the real PowerShell. Get-Acl is the only Windows cmdlet with
 * a test double.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSystemPaths, type Program } from '../../electron/computer/windows/system-paths';
import { assessFolder, type FolderSecurity } from '../../electron/elevation/folder-safety';
import { scriptRunner, startElevated, type RunScript } from '../../electron/elevation/launch';
import {
  READ_FOLDER_SECURITY,
  START_ELEVATED,
  type ConstantScript,
} from '../../electron/elevation/scripts';
import { checker, engine, underPolicy } from './support/engine';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kms-doctor-repair-scripts-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Returns permissions that depend on the path. */
const DOUBLES = String.raw`
function Get-Acl([string] $LiteralPath) {
    $sddl = 'O:BAG:SYD:(A;;FA;;;BA)'
    if ($LiteralPath -like '*shared*') { $sddl = 'O:BAG:SYD:(A;;FA;;;BU)' }
    return [pscustomobject] @{ Sddl = $sddl }
}
`;

/** Records how the process was to be started when the result is serialized. */
const seeingHowItStarts = (file: string): string => String.raw`
# Loaded later, the module's own would take the place of these.
Import-Module -Name ([System.IO.Path]::Combine($env:KMS_DOCTOR_MODULES, 'Microsoft.PowerShell.Utility'))
function New-Object([string] $TypeName, $ArgumentList) {
    $made = Microsoft.PowerShell.Utility\New-Object @PSBoundParameters
    if ($made -is [System.Diagnostics.ProcessStartInfo]) { $global:startInfo = $made }
    return , $made
}
function ConvertTo-Json {
    $asked = $global:startInfo
    $seen = [ordered] @{
        ErrorDialog = $asked.ErrorDialog
        ErrorDialogParentHandle = [string] $asked.ErrorDialogParentHandle
        Verb = $asked.Verb
    }
    $text = Microsoft.PowerShell.Utility\ConvertTo-Json -InputObject $seen
    [System.IO.File]::WriteAllText('${file}', $text)
    return Microsoft.PowerShell.Utility\ConvertTo-Json @args
}
`;

const { program: powershell, modules } = engine();

/** Creates a script runner that uses a program as powershell.exe. */
function runnerOf(program: Program): RunScript {
  return scriptRunner({
    ...findSystemPaths({
      modules: [join(folder, 'modules'), modules].join(delimiter),
      programs: { 'powershell.exe': program },
    }),
    system32: folder,
  });
}

const runScript = runnerOf(powershell);

beforeAll(() => {
  mkdirSync(join(folder, 'modules/Doubles'), { recursive: true });
  writeFileSync(join(folder, 'modules/Doubles/Doubles.psm1'), DOUBLES);
});

const LIMIT_MS = 60_000;

it('the repair scripts use nothing that Windows PowerShell 5.1 lacks', () => {
  const { file, args } = checker();
  const table = join(folder, 'cmdlets.json');
  const known = JSON.parse(readFileSync(here('cmdlets.json'), 'utf8')) as Record<string, object>;
  const more = {
    'Get-Acl': { parameters: ['LiteralPath'] },
  };
  writeFileSync(table, JSON.stringify({ ...known, ...more }));
  const files = [START_ELEVATED, READ_FOLDER_SECURITY].map((script, index) => {
    const name = join(folder, `script-${index}.ps1`);
    writeFileSync(name, script);
    return name;
  });
  const { stdout, stderr } = spawnSync(file, [...args, '--commands', table, ...files], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual([]);
});

it.skipIf(process.platform === 'win32')(
  'the repair scripts load no module from a folder that the user can write to',
  async () => {
    // PowerShell puts the user's module folder before all others at startup.
    const home = join(folder, 'home of a user');
    const utility = join(home, '.local/share/powershell/Modules/Microsoft.PowerShell.Utility');
    const mark = join(folder, 'planted module ran');
    mkdirSync(utility, { recursive: true });
    writeFileSync(
      join(utility, 'Microsoft.PowerShell.Utility.psm1'),
      `[System.IO.File]::WriteAllText('${mark}', '')\nfunction New-Object { throw 'planted' }\n`,
    );
    const { file, before = [] } = powershell;
    const atHome = runnerOf({ file: '/usr/bin/env', before: [`HOME=${home}`, file, ...before] });
    await atHome(READ_FOLDER_SECURITY, { path: folder, create: null }, LIMIT_MS);
    expect(existsSync(mark)).toBe(false);
  },
);

it('the repair scripts report Constrained Language Mode', async () => {
  const constrained = runnerOf(underPolicy({ constrained: true }));
  await expect(constrained(START_ELEVATED, {}, LIMIT_MS)).rejects.toMatchObject({
    reason: 'access-denied',
    said: 'constrained-language',
  });
});

describe('starting an elevated process', () => {
  it("returns the system's error code, regardless of the message", async () => {
    // Outside Windows, .NET returns ERROR_NO_ASSOCIATION for a file that nothing can open.
    const answer = await runScript(
      START_ELEVATED,
      {
        program: join(folder, 'keine Datei é 檔案'),
        arguments: ['--a', '--b'],
        folder,
        window: null,
      },
      LIMIT_MS,
    );
    expect(answer).toEqual({
      started: false,
      code: 1155,
      error: expect.stringContaining('Exception') as string,
      process: 0,
    });
    expect(await startElevated(join(folder, 'none'), [], null, runScript, folder)).toEqual({
      outcome: 'failed',
      detail: '1155',
    });
  });

  it.each([
    ['66112', { ErrorDialog: true, ErrorDialogParentHandle: '66112' }],
    [null, { ErrorDialog: false, ErrorDialogParentHandle: '0' }],
  ])('uses %s as the parent window of the prompt', async (window, asked) => {
    const file = join(folder, 'asked.json');
    const script = (seeingHowItStarts(file) + START_ELEVATED) as ConstantScript;
    const program = join(folder, 'none');
    await runScript(script, { program, arguments: [], folder, window }, LIMIT_MS);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...asked, Verb: 'RunAs' });
  });
});

describe('reading the security of a folder', () => {
  it('includes the folder, its contents with distinct permissions, and all parents', async () => {
    const program = join(folder, 'Programme 程式 é');
    mkdirSync(join(program, 'resources', 'deep'), { recursive: true });
    for (const name of ['a.exe', 'b.dll', 'resources/app.asar', 'resources/deep/shared.dll']) {
      writeFileSync(join(program, name), '');
    }
    const look = (await runScript(
      READ_FOLDER_SECURITY,
      { path: program, create: null },
      LIMIT_MS,
    )) as FolderSecurity;
    expect(look.self).toEqual({ path: program, sddl: 'O:BAG:SYD:(A;;FA;;;BA)', link: false });
    const above: string[] = [];
    for (let path = dirname(program); above.at(-1) !== '/'; path = dirname(path)) above.push(path);
    expect(look.above.map(({ path }) => path)).toEqual(above);
    expect(look.inside).toHaveLength(2);
    expect(assessFolder(look)).toEqual({
      code: 'writable',
      path: join(program, 'resources/deep/shared.dll'),
      detail: 'S-1-5-32-545',
    });
  });

  it('reports a link without following it', async () => {
    const program = join(folder, 'linked');
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(program);
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'shared.dll'), '');
    symlinkSync(elsewhere, join(program, 'resources'));
    const look = (await runScript(
      READ_FOLDER_SECURITY,
      { path: program, create: null },
      LIMIT_MS,
    )) as FolderSecurity;
    expect(assessFolder(look)).toMatchObject({ code: 'link', path: join(program, 'resources') });
    expect(JSON.stringify(look)).not.toContain('shared.dll');
  });

  it('returns no contents for an empty folder', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect(
      await runScript(READ_FOLDER_SECURITY, { path: empty, create: null }, LIMIT_MS),
    ).toMatchObject({
      inside: [],
      above: expect.arrayContaining([]) as unknown[],
    });
  });

  it("fails if the folder doesn't exist", async () => {
    const none = { path: join(folder, 'none'), create: null };
    await expect(runScript(READ_FOLDER_SECURITY, none, LIMIT_MS)).rejects.toMatchObject({
      reason: 'tool-failed',
    });
  });
});
