import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fleetReportSchema } from '@shared/fleet';
import { columns } from '../../../electron/report/terminal';
import { caseFile } from '../../scenarios/cases';
import { runCli, runCliWith } from './run-cli';

const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-fleet-cli-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const healthy = path.join(folder, 'healthy.json');
writeFileSync(healthy, '{"schema":"kms-doctor/scenario@1","computer":{"name":"PC-1"}}');
const sick = caseFile('srv-record-missing/record-missing');
const broken = path.join(folder, 'broken.json');
writeFileSync(broken, '{');

describe('fleet report', () => {
  it.each([
    [0, [healthy]],
    [0, [healthy, broken]],
    [1, [healthy, sick]],
    [2, [broken]],
    [2, [path.join(folder, 'none')]],
  ])('exits with %i (row %$)', async (expected, paths) => {
    const { code, stdout, stderr } = await runCli('fleet', 'report', ...paths, '--json');
    expect({ code, stderr }).toEqual({ code: expected, stderr: '' });
    fleetReportSchema.parse(JSON.parse(stdout));
  });

  it('reads standard input and reports the cause', async () => {
    const { code, stdout } = await runCliWith(
      { input: readFileSync(sick, 'utf8') },
      ...['fleet', 'report', '-', '--lang', 'en'],
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^The only PC has this cause: no KMS record in contoso\.com/);
  });

  it('never starts a line with punctuation or exceeds 80 columns', async () => {
    // Paths of increasing length put the comma that follows in each of the last columns.
    const paths = Array.from({ length: 12 }, (_, more) =>
      path.join(folder, `${'x'.repeat(70 - folder.length + more)}.txt`),
    );
    for (const each of paths) writeFileSync(each, 'KMSD1 abc');
    const { stdout } = await runCli('fleet', 'report', ...paths, '--lang', 'zh-TW');
    const lines = stdout.split('\n');
    expect(lines.filter((line) => line.includes('.txt，')).length).toBeGreaterThan(3);
    expect(lines.filter((line) => /^ *[，。；：、)」）]/.test(line))).toEqual([]);
    expect(lines.filter((line) => columns(line) > 80)).toEqual([]);
  });

  it('overwrites an existing HTML page', async () => {
    const html = path.join(folder, 'fleet.html');
    writeFileSync(html, 'old');
    expect((await runCli('fleet', 'report', sick, '--html', html)).code).toBe(1);
    expect(readFileSync(html, 'utf8')).not.toBe('old');
  });
});
