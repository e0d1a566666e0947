/**
 * Tests how Windows PowerShell is started and how its results are interpreted, with a stub program
 * in its place.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { findSystemPaths } from '../../electron/computer/windows/system-paths';
import { scriptRunner, startElevated } from '../../electron/elevation/launch';
import { START_ELEVATED } from '../../electron/elevation/scripts';
import { newToken } from '../../electron/elevation/token';

const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-launch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const double = fileURLToPath(new URL('parts/powershell-double.mjs', import.meta.url));
const places = {
  ...findSystemPaths({
    programs: { 'powershell.exe': { file: process.execPath, before: [double, folder] } },
  }),
  system32: folder,
};
const runScript = scriptRunner(places);

interface Started {
  readonly argv: string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly said: string;
}
const started = (): Started =>
  JSON.parse(readFileSync(join(folder, 'started.json'), 'utf8')) as Started;
const answer = (given: { stdout?: string; exitCode?: number; hang?: boolean }): void => {
  writeFileSync(join(folder, 'answer.json'), JSON.stringify(given));
};

const PROGRAM = 'C:\\Program Files\\KMS 醫生\\KMS Doctor.exe';
const launch = (args: readonly string[] = []) =>
  startElevated(PROGRAM, args, '66112', runScript, folder);

beforeEach(() => {
  rmSync(join(folder, 'started.json'), { force: true });
  answer({ stdout: '{"started":true,"code":0,"error":"","process":0}' });
});

describe('starting Windows PowerShell', () => {
  it('passes a constant script as the argument and everything else on standard input', async () => {
    const token = newToken();
    expect(await launch([`--repair=${token}`])).toEqual({ outcome: 'started' });
    const { argv, said } = started();
    const script = Buffer.from(argv.at(-1)!, 'base64').toString('utf16le');
    expect(script).toBe(START_ELEVATED);
    expect(argv.join(' ')).not.toContain(token);
    expect(argv.join(' ')).not.toContain('KMS Doctor');
    expect(argv.slice(0, -1)).toEqual([
      '-NoLogo',
      '-NoProfile',
      '-NonInteractive',
      '-InputFormat',
      'Text',
      '-OutputFormat',
      'Text',
      '-EncodedCommand',
    ]);
    expect(JSON.parse(said)).toEqual({
      program: PROGRAM,
      arguments: [`--repair=${token}`],
      folder,
      window: '66112',
    });
  });

  it('passes none of our environment and starts in System32', async () => {
    process.env['COMPLUS_Version'] = 'planted';
    try {
      await launch();
    } finally {
      delete process.env['COMPLUS_Version'];
    }
    const { env, cwd } = started();
    expect(Object.keys(env)).not.toContain('COMPLUS_Version');
    expect(Object.keys(env)).not.toContain('HOME');
    expect(env['PATH']).toBe(folder);
    expect(cwd).toBe(folder);
  });

  it('uses the full path in the Windows folder', () => {
    expect(findSystemPaths().programs['powershell.exe'].file).toMatch(
      /^[A-Z]:\\[^\\]+\\System32\\WindowsPowerShell\\v1\.0\\powershell\.exe$/i,
    );
  });
});

describe('the launch result', () => {
  it('contains the process ID if Windows reports it', async () => {
    answer({ stdout: '{"started":true,"code":0,"error":"","process":4711}' });
    expect(await launch()).toEqual({ outcome: 'started', process: 4711 });
  });

  it.each([
    [
      'a user who declines',
      '{"started":false,"code":1223,"error":"Win32Exception","process":0}',
      'declined',
      undefined,
    ],
    [
      'a missing file',
      '{"started":false,"code":2,"error":"Win32Exception","process":0}',
      'failed',
      '2',
    ],
    [
      'a failure without a code',
      '{"started":false,"code":0,"error":"Policy","process":0}',
      'failed',
      'Policy',
    ],
    ['invalid output', '{"started":"yes"}', 'failed', 'garbled-answer'],
  ])('for %s is correct', async (_what, stdout, outcome, detail) => {
    answer({ stdout });
    const result = await launch();
    expect(result).toEqual(detail === undefined ? { outcome } : { outcome, detail });
  });

  it("isn't derived from text that contains 1223, empty output or the exit code", async () => {
    answer({ stdout: 'The operation was canceled by the user. (1223)' });
    expect(await launch()).toMatchObject({ outcome: 'failed' });
    answer({ stdout: '' });
    expect(await launch()).toMatchObject({ outcome: 'failed' });
    answer({ stdout: '{"started":true,"code":0,"error":"","process":0}', exitCode: 1223 });
    expect(await launch()).toMatchObject({ outcome: 'failed' });
  });

  it('is bounded by a timeout', async () => {
    answer({ stdout: '{"started":true', hang: true });
    const start = performance.now();
    await expect(runScript(START_ELEVATED, {}, 500)).rejects.toMatchObject({ reason: 'timed-out' });
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('is a failure if PowerShell is missing', async () => {
    const nowhere = scriptRunner({
      ...places,
      programs: { ...places.programs, 'powershell.exe': { file: join(folder, 'none.exe') } },
    });
    const result = await startElevated(PROGRAM, [], null, nowhere, folder);
    expect(result).toMatchObject({ outcome: 'failed' });
    expect(result).toHaveProperty('detail', expect.stringContaining('tool-missing'));
  });
});

describe('arguments of the elevated process', () => {
  it.each([
    '--repair=a b',
    '"',
    "'",
    '--x=$(y)',
    '--x=`y`',
    '--x=%PATH%',
    '--x=;',
    'C:\\x',
    '',
    '--x=é',
  ])("can't contain %j", async (argument) => {
    await expect(launch([argument])).rejects.toThrow('Unsafe argument');
    expect(() => started()).toThrow();
  });
});
