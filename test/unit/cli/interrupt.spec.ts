import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journal } from '@engine/journal/journal';
import { answerTo, framed, startFakeDns, type FakeDnsServer } from '../../support/dns-server';

const directory = mkdtempSync(path.join(tmpdir(), 'kms-doctor-interrupt-'));
const cli = path.join(import.meta.dirname, '../../../dist/cli/cli.js');

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Returns the opcode of a DNS message (RFC 1035 §4.1.1; 5 is an update, RFC 2136 §1.3). */
const opcode = (message: Buffer): number => ((message[2] ?? 0) >> 3) & 0xf;
const UPDATE = 5;

let dns: FakeDnsServer;
beforeAll(async () => {
  // Responds to every query, but never to an update.
  dns = await startFakeDns({
    udp: (query) => (opcode(query) === UPDATE ? [] : [answerTo(query, { answers: [] })]),
    tcp: (socket, query) => {
      if (opcode(query) !== UPDATE) socket.write(framed(answerTo(query, { answers: [] })));
    },
  });
});
afterAll(() => dns.stop());

/** Starts a fix that waits for a DNS server that never responds to its update. */
function hangingFix(name: string) {
  const home = path.join(directory, name);
  const server = `127.0.0.1:${dns.server.port}`;
  const parameters = {
    domain: 'contoso.test',
    host: 'kms1.contoso.test',
    zone: 'contoso.test',
    method: 'dynamic-update',
    server,
  };
  const child = spawn(
    process.execPath,
    [
      cli,
      'fix',
      'create-srv-record',
      ...Object.entries(parameters).flatMap(([key, value]) => ['--param', `${key}=${value}`]),
      '--yes',
      ...['--target', 'network', '--dns', server, '--domain', 'contoso.test'],
      ...['--data-dir', home],
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const started = async (): Promise<void> => {
    const hasStarted = () =>
      existsSync(home) &&
      readdirSync(home).some((file) =>
        readFileSync(path.join(home, file), 'utf8').includes('"change-started"'),
      );
    await expect.poll(hasStarted, { timeout: 30_000 }).toBe(true);
  };
  const states = async () => (await new Journal(home).entries()).map(({ state }) => state);
  return { child, ended, started, states };
}

describe('Ctrl-C during a fix', { timeout: 90_000 }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'rolls back the changes that have started (%s)',
    async (signal) => {
      const fix = hangingFix(`once-${signal}`);
      await fix.started();
      fix.child.kill(signal);
      expect(await fix.ended).toBe(130);
      expect(await fix.states()).toEqual(['rolled-back']);
    },
  );

  it('exits immediately when pressed again, and leaves an open journal entry', async () => {
    const fix = hangingFix('twice');
    await fix.started();
    fix.child.kill('SIGINT');
    fix.child.kill('SIGTERM');
    expect(await fix.ended).toBe(130);
    expect(await fix.states()).toEqual(['open']);
  });
});

describe('Ctrl-C during a diagnosis', { timeout: 90_000 }, () => {
  /** Well below the 3 s timeout of a query, with slack for a busy machine. */
  const AT_ONCE_MS = 1_000;

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'exits immediately without a report while waiting for a DNS response (%s)',
    async (signal) => {
      let onQuery = (): void => undefined;
      const queried = new Promise<void>((resolve) => {
        onQuery = resolve;
      });
      const mute = await startFakeDns({
        udp: () => {
          onQuery();
          return [];
        },
      });
      const server = `127.0.0.1:${mute.server.port}`;
      const child = spawn(
        process.execPath,
        [cli, 'diagnose', '--json', '--target', 'network', '--dns', server, '--domain', 'a.test'],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      await queried;
      const killed = performance.now();
      child.kill(signal);
      expect(await ended).toBe(130);
      expect(performance.now() - killed).toBeLessThan(AT_ONCE_MS);
      expect(await stdout).toBe('');
      expect(await stderr).toBe('');
      await mute.stop();
    },
  );

  it('exits immediately while busy computing', async () => {
    const file = path.join(directory, 'large.json');
    writeFileSync(file, JSON.stringify(LARGE));
    // Prints a line once the program listens for the signal.
    const tell = "process.on('newListener', (name) => name === 'SIGINT' && console.error(name))";
    const child = spawn(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(tell)}`,
        cli,
        'diagnose',
        '--json',
        '--scenario',
        file,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const stdout = text(child.stdout);
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => child.stderr.once('data', resolve));
    await sleep(100);
    const killed = performance.now();
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(performance.now() - killed).toBeLessThan(AT_ONCE_MS);
    expect(await stdout).toBe('');
  });
});

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const SERVERS = range(64).map((index) => `10.0.0.${index}`);
/** A case that holds as much as a scenario file may. */
const LARGE = {
  schema: 'kms-doctor/scenario@1',
  computer: { dnsSuffixSearchList: range(128).map((index) => `d${index}.test`) },
  adapters: [{ dnsServers: SERVERS }],
  dns: {
    servers: Object.fromEntries(
      SERVERS.map((address) => [
        address,
        {
          records: range(64).map((index) => ({
            name: '_vlmcs._tcp.contoso.com',
            type: 'SRV',
            target: `kms${index}.contoso.com`,
          })),
        },
      ]),
    ),
  },
};

describe('a scenario file', { timeout: 30_000 }, () => {
  const diagnose = (file: string, ...words: readonly string[]) => {
    const child = spawn(process.execPath, [cli, 'diagnose', '--scenario', file, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return Promise.all([ended, text(child.stdout), text(child.stderr)]);
  };

  it.runIf(process.platform !== 'win32').each(['/dev/zero', 'folder', 'pipe'])(
    "that isn't a regular file is rejected immediately, with advice: %s",
    async (name) => {
      const file = path.resolve(directory, name);
      if (name === 'folder') mkdirSync(file);
      if (name === 'pipe') spawnSync('mkfifo', [file]);
      const started = performance.now();
      const [code, stdout, stderr] = await diagnose(file, '--lang', 'en');
      expect(performance.now() - started).toBeLessThan(10_000);
      expect([code, stdout]).toEqual([64, '']);
      expect(stderr).toContain("isn't a file but a folder, device, or pipe. Save");
    },
  );

  it('larger than 16 MB is rejected', async () => {
    const file = path.join(directory, 'huge.json');
    writeFileSync(file, '');
    truncateSync(file, 17 * 2 ** 20);
    const [code, , stderr] = await diagnose(file, '--lang', 'en');
    expect([code, stderr]).toEqual([64, expect.stringContaining('larger than 16 MB')]);
  });

  it('of the maximum size is diagnosed within 10 s', async () => {
    const file = path.join(directory, 'large.json');
    writeFileSync(file, JSON.stringify(LARGE));
    const started = performance.now();
    const [code, stdout] = await diagnose(file, '--json');
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'kms-doctor/report@1' });
  });
});
