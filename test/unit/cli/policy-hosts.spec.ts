/** KMS hosts set by machine policy, which every command treats as if `--kms-host` named them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ScenarioFile } from '@shared/scenario';
import { readCase } from '../../scenarios/cases';
import { runCli } from './run-cli';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-policy-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const KEY = 'HKLM\\SOFTWARE\\Policies\\KMS Doctor';

/** Writes a case with a KMS host policy to a file and returns its path. */
function withPolicy(name: string, value: readonly string[], changed: Partial<ScenarioFile> = {}) {
  const scenario = readCase(name);
  const registry = {
    ...scenario.registry,
    [KEY]: { KmsHosts: { type: 'REG_MULTI_SZ' as const, value: [...value] } },
  };
  const file = path.join(folder, 'pc.json');
  writeFileSync(file, JSON.stringify({ ...scenario, registry, ...changed }));
  return file;
}

const MISSING = 'srv-record-missing/record-missing';
const stepsOf = (stdout: string) =>
  (JSON.parse(stdout) as { steps: { fix: string; parameters: object }[] }).steps.map(
    ({ fix, parameters }) => ({ fix, parameters }),
  );

it('policy hosts are used by a treatment if there is no SRV record', async () => {
  const file = withPolicy(MISSING, ['KMS1.contoso.com']);
  const { code, stdout } = await runCli('repair', '--dry-run', '--json', '--scenario', file);
  expect(code).toBe(0);
  expect(stepsOf(stdout)[0]).toEqual({
    fix: 'assign-kms-host',
    parameters: { host: 'kms1.contoso.com', port: 1688 },
  });
});

it('--kms-host overrides policy hosts', async () => {
  const file = withPolicy(MISSING, ['kms9.contoso.com']);
  const named = ['--kms-host', 'kms1.contoso.com', '--scenario', file];
  const { stdout } = await runCli('repair', '--dry-run', '--json', ...named);
  expect(stepsOf(stdout)[0]?.parameters).toMatchObject({ host: 'kms1.contoso.com' });
});

it('policy hosts cause a warning for a different host in DNS, and keep a treatment from using it', async () => {
  const file = withPolicy('activation-pending/just-activate', ['kms9.contoso.com:1690']);
  const { stdout } = await runCli('diagnose', '--json', '--scenario', file);
  expect(stdout).toMatch(/"id":\s*"srv-record-expected-hosts",\s*"status":\s*"warn"/);
  const repair = await runCli('repair', '--dry-run', '--json', '--scenario', file);
  expect({ code: repair.code, steps: stepsOf(repair.stdout) }).toEqual({ code: 4, steps: [] });
});

it('policy hosts are kept in a saved case', async () => {
  const file = withPolicy(MISSING, ['kms1.contoso.com']);
  const saved = path.join(folder, 'case.json');
  const { stderr } = await runCli('diagnose', '--scenario', file, '--save', saved);
  expect(stderr).toContain('case.json');
  const { code, stdout } = await runCli('repair', '--dry-run', '--json', '--scenario', saved);
  expect(code).toBe(0);
  expect(stepsOf(stdout)[0]?.parameters).toMatchObject({ host: 'kms1.contoso.com' });
});

it('policy hosts are ignored if the policy is unreadable or contains no valid host', async () => {
  const nothing = withPolicy(MISSING, ['not a host', '']);
  expect((await runCli('repair', '--dry-run', '--scenario', nothing)).code).toBe(4);
  const file = withPolicy(MISSING, ['kms1.contoso.com'], { faults: { registry: 'denied' } });
  expect((await runCli('repair', '--dry-run', '--scenario', file)).code).toBe(4);
});
