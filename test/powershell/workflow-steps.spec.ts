/**
 * Checks the PowerShell code in the workflows and in build/windows/ against Windows PowerShell 5.1.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { powershellChecker } from '../../build/test-parts.mjs';
import { CAN_RUN, runStep } from './lab/scene';
import { checker } from './support/engine';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCRIPTS = join(ROOT, 'build/windows');
const WORKFLOWS = join(ROOT, '.github/workflows');

/** Not cmdlets: a program that the runner has, and scripts that are checked separately. */
const OTHERS = /^(?:gh|build\/windows\/[\w-]+\.ps1)$/;

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly text: string;
}

type Table = Record<string, { readonly parameters: readonly string[] }>;

const read = (file: string): string => readFileSync(file, 'utf8');
const table = JSON.parse(read(join(import.meta.dirname, 'lab/cmdlets.json'))) as Table;

/** The functions in common.ps1 that other scripts call. */
const shared = [...read(join(SCRIPTS, 'common.ps1')).matchAll(/^function ([\w-]+)/gm)].map(
  (found) => found[1] ?? '',
);

/** The steps with an explicit shell, by location. */
const steps = readdirSync(WORKFLOWS).flatMap((name) =>
  [
    ...read(join(WORKFLOWS, name)).matchAll(
      /shell: (?:pwsh|powershell)\n\s+run: (?:\|\n((?:\s{10,}.*\n)+)|(.+)\n)/g,
    ),
  ].map((found, index) => ({ name: `${name}-${String(index)}`, step: found[1] ?? found[2] ?? '' })),
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kms-doctor-steps-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(cmdlets: Table): readonly Finding[] {
  const commands = join(folder, 'commands.json');
  writeFileSync(commands, JSON.stringify(cmdlets));
  const inline = steps.map(({ name, step }) => {
    const file = join(folder, `${name}.ps1`);
    writeFileSync(file, step.replace(/\$\{\{.*?\}\}/g, 'expression'));
    return file;
  });
  const scripts = readdirSync(SCRIPTS)
    .filter((name) => name.endsWith('.ps1'))
    .map((name) => join(SCRIPTS, name));
  const { file, args } = checker();
  const all = [...args, '--commands', commands, ...scripts, ...inline];
  const end = spawnSync(file, all, { encoding: 'utf8' });
  expect(end.stderr).toBe('');
  return (JSON.parse(end.stdout) as Finding[]).filter(({ text }) => !OTHERS.test(text));
}

const withShared = (cmdlets: Table): Table => ({
  ...cmdlets,
  ...Object.fromEntries(shared.map((name) => [name, { parameters: [] }])),
});

describe.skipIf(!CAN_RUN && powershellChecker() === null)(
  'workflow steps checked against Windows PowerShell 5.1',
  () => {
    it('contain no newer syntax, unknown command, unknown parameter or non-ASCII byte', () => {
      expect(steps.length).toBeGreaterThan(10);
      expect(check(withShared(table))).toEqual([]);
    });

    it('use every command and parameter in the table', () => {
      const bare = Object.fromEntries(Object.keys(table).map((name) => [name, { parameters: [] }]));
      const listed = Object.entries(table).flatMap(([name, { parameters }]) =>
        parameters.map((parameter) => `${name} -${parameter}`),
      );
      const used = new Set(check(withShared(bare)).map(({ text }) => text));
      expect([...used].sort()).toEqual(listed.sort());
    });
  },
);

describe.skipIf(!CAN_RUN)('a workflow step', () => {
  it('fails if its last program failed, whatever follows', async () => {
    const right = await runStep({ step: '& SCENE/Windows/System32/icacls.exe' });
    expect(right.code).toBe(0);
    const step = '& SCENE/Windows/System32/icacls.exe; "goes on"';
    const wrong = await runStep({ step, faults: [{ match: '^icacls', code: 5 }] });
    expect([wrong.code, wrong.output.includes('goes on')]).toEqual([1, true]);
  });

  it('publishes exactly the build output', async () => {
    const publish = steps.find(({ step }) => step.includes('gh release create'))?.step ?? '';
    const files = {
      'release/KMS-Doctor-1.0.0-x64.zip': '',
      'release/SHA256SUMS.txt': '',
      'release/builder-debug.yml': '',
    };
    const step = `Set-Location SCENE; function gh { $args | ForEach-Object { $_ } }\n${publish}`;
    const { code, output } = await runStep({ step, files });
    expect(code).toBe(0);
    const given = output.split(/\s+/).filter((word) => word.includes('/release/'));
    expect(given.map((file) => file.replace(/.*\/release\//, '')).sort()).toEqual([
      'KMS-Doctor-1.0.0-setup-unsigned.exe',
      'KMS-Doctor-1.0.0-x64.zip',
      'SHA256SUMS.txt',
    ]);
  });

  it("fails if WinRM doesn't respond", async () => {
    const step = steps.find((one) => one.step.includes('Test-WSMan'))?.step ?? '';
    expect((await runStep({ step })).code).toBe(0);
    expect((await runStep({ step, faults: [{ match: '^Test-WSMan', code: 1 }] })).code).toBe(1);
  });
});
