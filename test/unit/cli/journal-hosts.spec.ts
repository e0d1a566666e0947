/** A host whose assignment made the PC healthy is tried again when the PC is unhealthy. */
import { rmSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { caseFile } from '../../scenarios/cases';
import { runCli } from './run-cli';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-hosts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const file = caseFile('srv-record-missing/record-missing');
const data = () => ['--data-dir', folder];
const repaired = () =>
  runCli('repair', '--yes', '--kms-host', 'kms1.contoso.com', '--scenario', file, ...data());
const suggested = (...words: readonly string[]) =>
  runCli('fix', 'assign-kms-host', '--dry-run', '--json', '--scenario', file, ...words);

it('a journaled host is suggested after it made the PC healthy, and used by the next treatment', async () => {
  expect((await suggested(...data())).code).toBe(64);
  expect((await repaired()).code).toBe(0);
  const { code, stdout } = await suggested(...data());
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ parameters: { host: 'kms1.contoso.com' } });
  const again = await runCli('repair', '--dry-run', '--json', '--scenario', file, ...data());
  expect(again.code).toBe(0);
  const { stdout: text } = await runCli('diagnose', '--scenario', file, ...data());
  expect(text).not.toContain('NAME');
});

it('no journaled host is suggested for a simulated PC without --data-dir', async () => {
  await repaired();
  expect((await suggested()).code).toBe(64);
});

it('an unreadable journal does not affect a diagnosis', async () => {
  const inTheWay = path.join(folder, 'file');
  writeFileSync(inTheWay, '');
  const { code, stderr } = await runCli('diagnose', '--scenario', file, '--data-dir', inTheWay);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
});
