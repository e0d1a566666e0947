import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PING_LIMIT_MS } from '../../../../electron/computer/network/limits';
import { ping, pingPrograms } from '../../../../electron/computer/network/ping';
import type { Program } from '../../../../electron/computer/run-program';

vi.mock('node:os', async (importActual) => {
  const actual = await importActual<typeof os>();
  return { ...actual, networkInterfaces: vi.fn(actual.networkInterfaces) };
});

const ENDLESS = new AbortController().signal;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(os.tmpdir(), 'kms-doctor-ping-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Creates a shell script that replaces ping. */
function standIn(name: string, script: string): Program {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return { file };
}

describe('ping', () => {
  it.skipIf(!pingPrograms().some(({ file }) => existsSync(file)))(
    'gets a reply from this machine',
    async () => {
      expect(await ping('127.0.0.1', ENDLESS)).toMatchObject({ replied: true });
    },
  );

  it.each([
    [0, true],
    [1, false],
  ])('maps exit code %i to replied: %s, regardless of the output', async (code, replied) => {
    const program = standIn(`exit${code}`, `echo "64 bytes from ::1"; exit ${code}`);
    expect(await ping('127.0.0.1', ENDLESS, [program])).toMatchObject({ replied });
  });

  it("passes separate arguments and doesn't inherit the environment", async () => {
    const seen = join(folder, 'seen');
    const program = standIn('args', `{ printf '%s\\n' "$@"; env; } > ${seen}`);
    await ping('fe80::1%eth0', ENDLESS, [program]);
    const lines = readFileSync(seen, 'utf8').trim().split('\n');
    expect(lines.slice(0, 6)).toEqual(['-n', '-c', '1', '-W', '2', 'fe80::1%eth0']);
    expect(lines.join('\n')).not.toMatch(/^(HOME|PATH=.*node_modules|NODE_)/m);
  });

  it.each([
    ['ping is missing', () => [], '127.0.0.1', 'tool-missing: ping'],
    ['ping fails', () => [standIn('exit2', 'exit 2')], '127.0.0.1', 'tool-failed: ping: exit 2'],
    [
      'the address is an option',
      () => [standIn('ok', '')],
      '-f',
      'check-failed: ping: not-an-ip-address',
    ],
    [
      'the address is a host name',
      () => [standIn('ok', '')],
      'localhost',
      'check-failed: ping: not-an-ip-address',
    ],
  ] as const)('rejects if %s', async (_, programs, address, message) => {
    await expect(ping(address, ENDLESS, programs())).rejects.toThrow(message);
  });

  it('reports no-ipv6 if no interface has an IPv6 address', async () => {
    const lo = { address: '127.0.0.1', netmask: '255.0.0.0', mac: '', internal: true, cidr: null };
    vi.mocked(os.networkInterfaces).mockReturnValueOnce({ lo: [{ ...lo, family: 'IPv4' }] });
    const program = standIn('no-route', 'exit 2');
    await expect(ping('fd00::1', ENDLESS, [program])).rejects.toThrow('no-ipv6: ping: exit 2');
    const lo6 = { ...lo, address: '::1', family: 'IPv6' as const, scopeid: 0 };
    vi.mocked(os.networkInterfaces).mockReturnValueOnce({ lo: [lo6] });
    await expect(ping('fd00::1', ENDLESS, [program])).rejects.toThrow('tool-failed: ping: exit 2');
  });

  it('times out if ping hangs', async () => {
    const start = performance.now();
    const program = standIn('hang', 'exec sleep 60');
    await expect(ping('127.0.0.1', ENDLESS, [program])).rejects.toThrow('timed-out: ping');
    expect(performance.now() - start).toBeLessThan(PING_LIMIT_MS + 1_000);
  });

  it('kills the process immediately when aborted', async () => {
    const pid = join(folder, 'pid');
    const program = standIn('slow', `echo $$ > ${pid}; exec sleep 60`);
    const controller = new AbortController();
    const answer = ping('127.0.0.1', controller.signal, [program]);
    while (!existsSync(pid) || readFileSync(pid, 'utf8') === '') await tick();
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    const child = Number(readFileSync(pid, 'utf8'));
    for (let waited = 0; waited < 200 && isAlive(child); waited += 1) await tick();
    expect(isAlive(child)).toBe(false);
  });
});

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
