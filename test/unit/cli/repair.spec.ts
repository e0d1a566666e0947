import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LANGUAGES, translator } from '@shared/i18n';
import type { ScenarioFile } from '@shared/scenario';
import { caseFile, readCase } from '../../scenarios/cases';
import { FAKE_KEY } from '../engine/fixes/fix-harness';
import { runCli, runCliWith, type CliResult } from './run-cli';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-repair-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const t = translator('en');
const inFolder = (name: string): string => path.join(folder, name);
const journal = () => ['--data-dir', inFolder('data')];
const words = (name: string, ...more: readonly string[]): string[] => [
  ...['repair', '--lang', 'en', '--scenario', caseFile(name), ...journal(), ...more],
];
const repair = (name: string, ...more: readonly string[]): Promise<CliResult> =>
  runCli(...words(name, ...more));

/** Writes a case with changed computer properties to a file and returns its path. */
function altered(name: string, computer: object): string {
  const scenario: ScenarioFile = readCase(name);
  const file = inFolder('altered.json');
  writeFileSync(
    file,
    JSON.stringify({ ...scenario, computer: { ...scenario.computer, ...computer } }),
  );
  return file;
}

interface Step {
  readonly fix: string;
  readonly entry: string;
  readonly found: string;
  readonly then: { readonly code: string; readonly restsOn: readonly string[] };
}
interface Treated {
  readonly schema: string;
  readonly treatment: string | null;
  readonly result: string;
  readonly steps: readonly Step[];
  readonly left: readonly { readonly for: string }[];
  readonly verdict: object | null;
}
const json = ({ stdout }: CliResult): Treated => JSON.parse(stdout) as Treated;

const deadHost = 'assigned-host-unreachable/old-address';
const parent = 'srv-record-in-other-domain/parent-domain';
const noRecord = 'srv-record-missing/record-missing';

describe('repair --dry-run', () => {
  it('prints each step with its exact changes, the verdict after it, and the command to run', async () => {
    const { code, stdout, stderr } = await repair(deadHost, '--dry-run');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n').map((line) => line.trim());
    const inOrder = [
      `1. ${t('fixes.return-to-auto-discovery.title')}`,
      'cscript //nologo %SystemRoot%\\System32\\slmgr.vbs -ckms',
      t('treatment.cli.then', { verdict: t('verdicts.activation-pending.name') }),
      `2. ${t('fixes.activate-now.title')}`,
      `Then: Healthy, ${t('treatment.hostAccepts')}`,
    ].map((line) => lines.indexOf(line));
    expect(inOrder).toEqual([...inOrder].sort((one, other) => one - other));
    expect(Math.min(...inOrder)).toBeGreaterThan(0);
    expect(stdout).toContain(t('changes.activation.noWayBack'));
    const command = /kms-doctor (repair .*)$/m.exec(stdout)?.[1] ?? '';
    expect(command).toContain(`--scenario ${caseFile(deadHost)}`);
  });

  it('prints a single JSON document with --json and changes nothing', async () => {
    const saved = inFolder('saved.json');
    const ran = await repair(deadHost, '--dry-run', '--json', '--save', saved);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(json(ran)).toMatchObject({
      schema: 'kms-doctor/treatment@1',
      verdict: { code: 'assigned-host-unreachable', certainty: 'certain' },
      steps: [{ fix: 'return-to-auto-discovery' }, { fix: 'activate-now' }],
      ends: { code: 'healthy', certainty: 'likely' },
    });
    const { stdout } = await runCli('journal', '--json', ...journal());
    expect(JSON.parse(stdout)).toMatchObject({ entries: [] });
    expect(() => readFileSync(saved)).toThrow('ENOENT');
  });

  it('prints the remaining handover with its message, once', async () => {
    const { stdout } = await repair(parent, '--dry-run');
    expect(stdout).toContain("For the KMS host's administrator: KMS: kms1.contoso.com isn't");
    expect(stdout.match(/Please let me know/g)).toHaveLength(1);
  });

  it('needs no administrator rights', async () => {
    const file = altered(deadHost, { elevated: false });
    const ran = await runCli('repair', '--dry-run', '--scenario', file, ...journal());
    expect(ran.code).toBe(0);
  });

  it.each([
    ['healthy/default', 0, 'healthy'],
    [noRecord, 4, 'srv-record-missing'],
    ['cannot-diagnose/powershell-missing-on-a-kms-host', 2, 'cannot-diagnose'],
  ])('plans no steps for %s and exits with %i, as does --yes', async (name, code, verdict) => {
    const dry = await repair(name, '--dry-run', '--json');
    expect(dry.code).toBe(code);
    expect(json(dry)).toMatchObject({ verdict: { code: verdict }, steps: [] });
    const done = await repair(name, '--yes', '--json');
    expect(done.code).toBe(code);
    expect(json(done)).toMatchObject({
      schema: 'kms-doctor/treatment-outcome@1',
      treatment: null,
      result: verdict === 'healthy' ? 'healthy' : 'unchanged',
      steps: [],
    });
  });

  it('asks for the missing input if nothing can be done', async () => {
    const { stdout } = await repair(noRecord, '--dry-run');
    expect(stdout).toContain('kms-doctor repair --kms-host NAME');
    const named = await repair(noRecord, '--dry-run', '--kms-host', 'kms1.contoso.com');
    expect(named.code).toBe(0);
    expect(named.stdout).toContain('kms1.contoso.com:1688');
    expect(named.stdout).not.toContain('NAME');
  });
});

describe('repair', () => {
  it('makes the PC healthy, and prints the undo command and the handover message once', async () => {
    const saved = inFolder('saved.json');
    const { code, stdout, stderr } = await repair(parent, '--yes', '--save', saved);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Step 1 of 2');
    expect(stdout).toContain('Done. The diagnosis now shows: Windows is activated.');
    expect(stdout.match(/Please let me know/g)).toHaveLength(1);
    expect((await runCli('diagnose', '--scenario', saved)).code).toBe(0);
    const undo = /kms-doctor (undo .*)$/m.exec(stdout)?.[1]?.split(' ') ?? [];
    const undone = await runCli(...undo);
    // The activation can't be undone.
    expect(undone.code).toBe(2);
    expect(undone.stdout).toContain('Undone: ');
    expect(undone.stdout).toContain(t('changes.activation.noWayBack'));
    expect((await runCli('diagnose', '--scenario', saved)).stdout).toContain('emea.contoso.com');
    expect(await runCli(...undo)).toMatchObject({ code: 4 });
  });

  it('prints a single JSON document whose treatment ID is in the journal', async () => {
    const ran = await repair(parent, '--yes', '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const { treatment, steps, result, verdict, left } = json(ran);
    expect(Object.keys(json(ran))).toEqual([
      ...['schema', 'treatment', 'result', 'steps', 'verdict', 'left'],
    ]);
    expect({ result, verdict }).toEqual({
      result: 'healthy',
      verdict: { code: 'healthy', certainty: 'certain' },
    });
    expect(steps.map(({ found }) => found)).toEqual(['activation-pending', 'healthy']);
    expect(left.map((one) => one.for)).toEqual(['kms-host']);
    const listed = await runCli('journal', '--json', ...journal());
    const { entries } = JSON.parse(listed.stdout) as { entries: Treated[] };
    expect(entries.map((entry) => entry.treatment)).toEqual([treatment, treatment]);
    const shown = await runCli('journal', '--lang', 'en', ...journal());
    expect(shown.stdout.split('\n')[0]).toBe(
      t('journal.treatment', { treatment: treatment ?? '' }),
    );
  });

  it('exits with 3 without administrator rights and changes nothing', async () => {
    const file = altered(deadHost, { elevated: false });
    const ran = await runCli('repair', '--yes', '--lang', 'en', '--scenario', file, ...journal());
    expect(ran.code).toBe(3);
    expect(ran.stderr.trim()).toBe(t('fixes.notElevated'));
    const listed = await runCli('journal', '--json', ...journal());
    expect(JSON.parse(listed.stdout)).toMatchObject({ entries: [] });
  });

  it('exits with 4 without a terminal or --yes, and prints the treatment as JSON', async () => {
    const ran = await repair(deadHost, '--json');
    expect(ran.code).toBe(4);
    expect(ran.stderr).toContain('--yes');
    expect(json(ran).schema).toBe('kms-doctor/treatment@1');
  });

  it.each(LANGUAGES)('prompts once on a terminal (%s)', async (language) => {
    const asked = [...words(deadHost), '--lang', language].filter((_, at) => at !== 1 && at !== 2);
    const typed = (input: string) => runCliWith({ input, isTerminal: true }, ...asked);
    const own = translator(language);
    const no = await typed('n\n');
    expect(no.code).toBe(4);
    expect(no.stderr).toContain(own('fixes.refused.notConfirmed'));
    const yes = await typed(language === 'en' ? 'y\n' : '是\n');
    expect(yes.code).toBe(0);
    expect(yes.stderr.split(own('treatment.cli.ask'))).toHaveLength(2);
    expect(yes.stdout).toContain(own('treatment.cli.plan'));
    expect(yes.stdout).toContain(own('verdicts.healthy.title'));
  });
});

describe('a product key', () => {
  const used = 'not-a-kms-client/retail-key-in-grace';

  it('is read from standard input and never printed or journaled', async () => {
    const name = 'no-product-key/no-key-installed';
    const given = words(name, '--param', 'productKey=-', '--yes');
    const ran = await runCliWith({ input: `${FAKE_KEY}\n` }, ...given);
    const everything =
      ran.stdout + ran.stderr + readFileSync(path.join(folder, 'data', 'journal.jsonl'), 'utf8');
    expect(everything).not.toContain(FAKE_KEY);
    expect(everything).not.toContain(FAKE_KEY.replaceAll('-', ''));
    expect(ran.code).toBe(0);
  });

  it('is rejected on the command line, as is any other parameter', async () => {
    const written = await repair(used, '--dry-run', '--param', `productKey=${FAKE_KEY}`);
    expect(written).toMatchObject({ code: 64, stdout: '' });
    expect(written.stderr).not.toContain(FAKE_KEY.slice(0, 11));
    const other = await repair(used, '--dry-run', '--param', 'host=kms1');
    expect(other).toMatchObject({ code: 64, stdout: '' });
    expect(other.stderr.trim()).toBe(t('cli.usage.repairParam'));
    const empty = await repair(used, '--dry-run', '--param', 'productKey=-');
    expect(empty).toMatchObject({ code: 64, stdout: '' });
  });
});
