/**
 * Compares kms-doctor.exe under Wine with the checkout's CLI: output and exit codes must be
 * identical.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONSOLE_PROGRAM, consoleProgram } from '../../build/windows-program.mjs';
import { windowsNode } from '../../build/test-parts.mjs';
import { ROOT } from './pack';
import { sample } from '../support/sample';
import { native, Wine } from './wine';

const CLI = path.join(ROOT, 'dist/cli/cli.js');
const CASES = path.join(ROOT, 'electron/app/cases');

let folder: string;
let program: string;
let wine: Wine;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-exe-'));
  program = path.join(folder, 'program', CONSOLE_PROGRAM);
  wine = new Wine(path.join(ROOT, '.cache/wine-prefix-package'));
  await consoleProgram(program);
}, 180_000);
afterAll(() => {
  wine.end();
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function checkout(args: readonly string[], stdin: string): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    input: stdin,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

/**
 * Runs both with the same arguments. The scenario path is passed, and compared in the output, in
 * each system's format.
 */
function both(args: readonly string[], scenario?: string, stdin = ''): readonly [Ran, Ran] {
  const given = (file: string): string[] =>
    scenario === undefined ? [...args] : [...args, '--scenario', file];
  const file = scenario === undefined ? '' : path.join(CASES, `${scenario}.json`);
  const exe = wine.run(program, given(Wine.path(file)), stdin);
  const stdout = file === '' ? exe.stdout : exe.stdout.replaceAll(Wine.path(file), file);
  return [{ ...exe, stdout }, checkout(given(file), stdin)];
}

describe('kms-doctor.exe', () => {
  const lines = [
    '--version',
    '--help',
    'list procedures',
    'list verdicts --json',
    'list fixes --lang zh-TW',
    'explain 0xC004F074 --lang zh-TW',
    'explain -1073418124 --json',
    'explain 0x12345678',
    'explain nonsense',
    'no-such-command',
    'fleet script',
  ];
  it.each(sample(lines, 6))('handles "%s" like the checkout', (line) => {
    const args = line.split(' ');
    const [exe, node] = both(args.includes('--lang') ? args : [...args, '--lang', 'en']);
    expect(exe).toEqual(node);
    expect(exe.stdout + exe.stderr).not.toBe('');
  });

  it.each(sample(['srv-record-missing', 'clock-skew', 'not-a-kms-client'], 3))(
    'diagnoses the simulated PC %s like the checkout',
    (scenario) => {
      const [exe, node] = both(['diagnose', '--lang', 'zh-TW'], scenario);
      expect(exe).toEqual(node);
      expect(exe.code).toBe(1);
    },
  );

  it('reads a folder of reports in worker threads like the checkout', () => {
    const reports = path.join(ROOT, 'test/golden/1.0.0/reports');
    const [exe, node] = [
      wine.run(program, ['fleet', 'report', Wine.path(reports), '--lang', 'en']),
      checkout(['fleet', 'report', reports, '--lang', 'en'], ''),
    ];
    expect(exe).toEqual(node);
    expect(exe.stdout).toContain('PC-042');
  });

  it('names no folder of the machine that built it', () => {
    expect(readFileSync(program).includes(ROOT)).toBe(false);
  });

  it('applies a fix with a product key from standard input like the checkout', () => {
    const fix = ['fix', 'install-mak', '--param', 'productKey=-', '--yes', '--lang', 'en'];
    const journals = ['exe', 'node'].map((name) => path.join(folder, `journal-${name}`));
    const [ofExe = '', ofNode = ''] = journals;
    const scenario = path.join(CASES, 'not-a-kms-client.json');
    const key = 'BCDFG-HJKMP-QRTVW-XY234-N6789\n';
    const exe = wine.run(
      program,
      [...fix, '--data-dir', Wine.path(ofExe), '--scenario', Wine.path(scenario)],
      key,
    );
    const node = checkout([...fix, '--data-dir', ofNode, '--scenario', scenario], key);
    expect(exe).toEqual(node);
    expect(exe.code).toBe(0);
    expect(exe.stdout).toContain('N6789');
    expect(exe.stdout).not.toContain('BCDFG');
  });

  it('writes its output to a file through cmd /c', () => {
    const output = path.join(folder, 'out.txt');
    const { code } = wine.cmd(
      `${Wine.path(program)} explain 0xC004F074 --lang zh-TW > ${Wine.path(output)}`,
    );
    const node = checkout(['explain', '0xC004F074', '--lang', 'zh-TW'], '');
    expect(code).toBe(0);
    expect(readFileSync(output, 'utf8')).toBe(node.stdout);
  });

  it('returns its exit code through cmd /c', () => {
    expect(wine.cmd(`${Wine.path(program)} explain nonsense`).code).toBe(64);
  });

  // These tests write to the registry, or need bash for measuring.
  const underWine = it.skipIf(native);

  underWine(
    "doesn't load a package planted in a parent folder",
    () => {
      // As installed: regedit's scripts are next to the program, and the package is in an archive
      // that Node can't read.
      const scripts = path.join(folder, 'program/resources/regedit/vbs');
      cpSync(path.join(ROOT, 'node_modules/regedit/vbs'), scripts, { recursive: true });
      const planted = path.join(folder, 'node_modules/regedit');
      const mark = path.join(folder, 'planted-code-ran');
      mkdirSync(path.join(planted, 'lib'), { recursive: true });
      const code = `require('node:fs').writeFileSync(${JSON.stringify(Wine.path(mark))}, '');`;
      for (const file of ['index.js', 'lib/execFile.js']) {
        writeFileSync(path.join(planted, file), code);
      }
      // A character that reg.exe may have lost makes the program fall back to the package.
      const key =
        'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
      const value = ['/v', 'KeyManagementServiceName', '/d', 'kms?.contoso.test', '/f'];
      expect(wine.run('reg', ['add', key, ...value]).code).toBe(0);
      const { stdout } = wine.run(program, ['diagnose', '--json', '--timeout', '5000']);
      expect(stdout).toContain('kms-doctor/report@1');
      expect(existsSync(mark)).toBe(false);
    },
    120_000,
  );

  underWine(
    'uses less than twice as much CPU time as Node to start',
    () => {
      const pairs = Array.from({ length: 4 }, () => ({
        node: wine.processorTime(windowsNode, ['-e', '0']),
        exe: wine.processorTime(program, ['--version']),
      }));
      const node = Math.min(...pairs.map((pair) => pair.node));
      const exe = Math.min(...pairs.map((pair) => pair.exe));
      console.log(`cold start: kms-doctor.exe ${exe.toFixed(2)} s, node.exe ${node.toFixed(2)} s`);
      expect(node).toBeGreaterThan(0);
      expect(exe).toBeLessThan(node * 2);
      // Starting Wine takes long on a busy machine.
    },
    240_000,
  );
});
