/** The KMS hosts that the machine policy names are those that ought to be there, as if each command named them. */
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

/** A case with a policy, as a file. */
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

it('lead a treatment where no record does', async () => {
  const file = withPolicy(MISSING, ['KMS1.contoso.com']);
  const { code, stdout } = await runCli('repair', '--dry-run', '--json', '--scenario', file);
  expect(code).toBe(0);
  expect(stepsOf(stdout)[0]).toEqual({
    fix: 'assign-kms-host',
    parameters: { host: 'kms1.contoso.com', port: 1688 },
  });
});

it('give way to a host that is named', async () => {
  const file = withPolicy(MISSING, ['kms9.contoso.com']);
  const named = ['--kms-host', 'kms1.contoso.com', '--scenario', file];
  const { stdout } = await runCli('repair', '--dry-run', '--json', ...named);
  expect(stepsOf(stdout)[0]?.parameters).toMatchObject({ host: 'kms1.contoso.com' });
});

it('make another host in DNS a warning, and keep a treatment from it', async () => {
  const file = withPolicy('activation-pending/just-activate', ['kms9.contoso.com:1690']);
  const { stdout } = await runCli('diagnose', '--json', '--scenario', file);
  expect(stdout).toMatch(/"id":\s*"srv-record-expected-hosts",\s*"status":\s*"warn"/);
  const repair = await runCli('repair', '--dry-run', '--json', '--scenario', file);
  expect({ code: repair.code, steps: stepsOf(repair.stdout) }).toEqual({ code: 4, steps: [] });
});

it('stay with a saved case', async () => {
  const file = withPolicy(MISSING, ['kms1.contoso.com']);
  const saved = path.join(folder, 'case.json');
  const { stderr } = await runCli('diagnose', '--scenario', file, '--save', saved);
  expect(stderr).toContain('case.json');
  const { code, stdout } = await runCli('repair', '--dry-run', '--json', '--scenario', saved);
  expect(code).toBe(0);
  expect(stepsOf(stdout)[0]?.parameters).toMatchObject({ host: 'kms1.contoso.com' });
});

it('are none where the policy says nothing that names a host, or cannot be read', async () => {
  const nothing = withPolicy(MISSING, ['not a host', '']);
  expect((await runCli('repair', '--dry-run', '--scenario', nothing)).code).toBe(4);
  const file = withPolicy(MISSING, ['kms1.contoso.com'], { faults: { registry: 'denied' } });
  expect((await runCli('repair', '--dry-run', '--scenario', file)).code).toBe(4);
});
