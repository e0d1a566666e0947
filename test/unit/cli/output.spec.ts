/** Commands whose output is closed early or can't be written: the built CLI on real streams. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../../..');
const cli = path.join(root, 'dist/cli/cli.js');
const directory = mkdtempSync(path.join(tmpdir(), 'kms-doctor-output-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const HEALTHY = path.join(root, 'test/scenarios/healthy/default.json');
const SICK = path.join(root, 'test/scenarios/srv-record-missing/record-missing.json');

/** Runs a command. @param stdout file descriptor to write to, or `gone` for a pipe whose reader has closed it */
async function run(args: readonly string[], stdout: number | 'gone') {
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: ['ignore', stdout === 'gone' ? 'pipe' : stdout, 'pipe'],
    env: { ...process.env, LC_ALL: 'en_US.UTF-8' },
  });
  child.stdout?.destroy();
  const [stderr, ended] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
  return { code: ended[0] as number, stderr };
}

describe('a closed pipe', () => {
  it.each([
    ['diagnose', '--scenario', HEALTHY],
    ['diagnose', '--json', '--scenario', HEALTHY],
    ['list', 'checks', '--json'],
    ['explain', '0xC004F074'],
  ])("doesn't change how a command ends: %s %s", async (...args) => {
    expect(await run(args, 'gone')).toEqual({ code: 0, stderr: '' });
  });

  it("doesn't interrupt a fix", async () => {
    const pc = path.join(directory, 'pc.json');
    copyFileSync(SICK, pc);
    const host = ['--param', 'host=kms1.contoso.com', '--yes'];
    const where = ['--scenario', pc, '--save', pc, '--data-dir', directory];
    const { code, stderr } = await run(['fix', 'assign-kms-host', ...host, ...where], 'gone');
    // The SRV record is still missing; the assignment only bypasses it.
    expect([0, 1]).toContain(code);
    expect(stderr).toBe('');
    expect(readFileSync(pc, 'utf8')).toContain('"KeyManagementServiceMachine": "kms1.contoso.com"');
  });
});

// On Linux, writes to /dev/full fail as on a full disk.
describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
  it.each([
    ['diagnose', '--json', '--scenario', HEALTHY],
    ['diagnose', '--format', 'nagios', '--scenario', HEALTHY],
    ['list', 'fixes'],
  ])('fails a command whose output is lost: %s %s', async (...args) => {
    const { code, stderr } = await run(args, openSync('/dev/full', 'w'));
    expect(code).toBe(70);
    expect(stderr).toMatch(/^The output couldn't be written \(ENOSPC\)\. .+\n$/);
  });
});
