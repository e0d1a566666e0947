import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { powershellChecker } from '../../build/test-parts.mjs';
import { fleetScript, SCRIPT_ENGINES } from '../../electron/fleet/script';
import { REFERENCE } from './doubles/module';
import { checker, SCRIPTS } from './support/engine';

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly text: string;
}

interface Cmdlet {
  readonly module: string;
  readonly parameters: readonly string[];
  readonly page: string;
}

const TABLE = fileURLToPath(new URL('cmdlets.json', import.meta.url));
const table = JSON.parse(readFileSync(TABLE, 'utf8')) as Record<string, Cmdlet>;
const scripts = readdirSync(SCRIPTS).filter((name) => name.endsWith('.ps1'));

function check(files: readonly string[], cmdlets = TABLE): Finding[] {
  const { file, args } = checker();
  const end = spawnSync(file, [...args, '--commands', cmdlets, ...files], { encoding: 'utf8' });
  expect(end.stderr).toBe('');
  const findings = JSON.parse(end.stdout) as Finding[];
  expect(end.status).toBe(findings.length > 0 ? 1 : 0);
  return findings;
}

/**
 * On Windows, the scripts run in Windows PowerShell itself, so the check only runs if .NET is
 * available.
 */
const isHere = process.platform !== 'win32' || powershellChecker() !== null;

describe.skipIf(!isHere)('the scripts checked against Windows PowerShell 5.1', () => {
  const own = mkdtempSync(join(tmpdir(), 'kms-doctor-fleet-'));
  const fleet = SCRIPT_ENGINES.map((engine) => join(own, `fleet-${engine}.ps1`));
  for (const [index, engine] of SCRIPT_ENGINES.entries()) {
    writeFileSync(fleet[index] ?? '', fleetScript({ engine, noName: index % 2 === 1 }));
  }
  afterAll(() => {
    rmSync(own, { recursive: true });
  });
  const files = [...scripts.map((name) => join(SCRIPTS, name)), ...fleet];

  it('contain no newer syntax, unknown command, unknown parameter or non-ASCII byte', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(check(files)).toEqual([]);
  });

  it('use exactly the commands and parameters in the table', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-table-'));
    const empty = join(folder, 'empty.json');
    const bare = Object.keys(table).map((name) => [name, { parameters: [] }]);
    writeFileSync(empty, JSON.stringify(Object.fromEntries(bare)));
    const used = new Set(check(files, empty).map(({ text }) => text));
    rmSync(folder, { recursive: true });
    const listed = Object.entries(table).flatMap(([name, { parameters }]) =>
      parameters.map((parameter) => `${name} -${parameter}`),
    );
    expect([...used].sort()).toEqual(listed.sort());
  });

  it.each(Object.entries(table))(
    'use %s with parameters that the reference has',
    (name, { module, parameters }) => {
      const known = Object.keys(REFERENCE[module]?.cmdlets[name] ?? {});
      expect(known.length + parameters.length).toBeGreaterThan(0);
      expect(parameters.filter((parameter) => !known.includes(parameter))).toEqual([]);
    },
  );

  it.each(Object.entries(table))(
    'have the documentation page of %s in the table',
    (name, { module, page }) => {
      expect(page).toMatch(/^https:\/\/learn\.microsoft\.com\/powershell\/module\//);
      expect(page).toContain(`/${module.toLowerCase()}/${name.toLowerCase()}?view=`);
    },
  );
});

describe.skipIf(!isHere)('the check against Windows PowerShell 5.1', () => {
  let folder = '';
  let found: Finding[] = [];
  const planted: Record<string, string> = {
    'null-coalescing': '$a ?? 1',
    'null-coalescing-assignment': '$a ??= 1',
    'null-conditional-member': '${a}?.Length',
    ternary: '$a ? 1 : 2',
    'pipeline-chain': "'a' && 'b'",
    'number-suffix': '1u',
    'escape-e-or-u': '"`e[0m"',
    'pipe-at-line-start': "'a'\n| Where-Object -FilterScript { $true }",
    'clean-block': 'function f { clean { } }',
    'later-variable': '$IsWindows',
    'later-type': '[semver] "1.0.0"',
    'unknown-command': 'Get-Planted',
    'unknown-parameter': 'Get-CimInstance -Planted 1',
    splatting: 'Get-CimInstance @with',
    'parse-error': 'if (',
    'not-ascii': "'\u00e9'",
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kms-doctor-planted-'));
    const files = Object.entries(planted).map(([kind, text]) => {
      const file = join(folder, `${kind}.ps1`);
      writeFileSync(file, `${text}\n`);
      return file;
    });
    found = check(files);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(Object.keys(planted))('reports %s', (kind) => {
    const kinds = found.filter(({ file }) => file === `${kind}.ps1`).map((one) => one.kind);
    expect(kinds).toContain(kind);
  });

  it('accepts syntax that 5.1 supports', () => {
    const file = join(folder, 'old.ps1');
    writeFileSync(file, '$a = 0x1F; \'a\' | Where-Object -FilterScript { $_ -eq "`t$a" }\n');
    expect(check([file])).toEqual([]);
  });
});
