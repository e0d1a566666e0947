import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translator } from '@shared/i18n';
import { formatEndpoint } from '@shared/names';
import { createNetworkComputer } from '../../electron/computer/network';
import { runFix } from '../../electron/cli/fix';
import { runUndo } from '../../electron/cli/undo';
import { named, startBind, type BindFixture } from '../support/bind';

const computer = createNetworkComputer();
const signal = new AbortController().signal;
const options = {
  target: null,
  scenario: null,
  facts: null,
  dnsOverrides: {},
  factOptions: {},
};

describe.skipIf(named === null)('create-srv-record against a real DNS server', () => {
  let bind: BindFixture;
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kms-doctor-record-'));
  beforeAll(async () => {
    bind = await startBind({
      'keyed.test': {
        records: 'kms1 A 127.0.0.1',
        options: 'update-policy { grant UPDATE_KEY name _vlmcs._tcp.keyed.test. SRV; };',
      },
      // The server knows the key but grants it no permission in this zone.
      'fixed.test': { records: 'kms1 A 127.0.0.1' },
    });
  });
  afterAll(async () => {
    await bind.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const streams = () => {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const read = (stream: PassThrough) => String(stream.read() ?? '');
    return { stdout, stderr, out: () => read(stdout), err: () => read(stderr) };
  };

  async function fix(domain: string, key: string | null) {
    const { stdout, stderr, out, err } = streams();
    const { address, port } = bind.server;
    const code = await runFix('create-srv-record', {
      computer,
      params: [
        ['domain', domain],
        ['host', `kms1.${domain}`],
        ['method', 'dynamic-update'],
        ['server', formatEndpoint(address, port)],
        ...(key === null ? [] : [['tsigKeyFile', key] as const]),
      ],
      dryRun: false,
      yes: true,
      json: true,
      translate: translator('en'),
      dataDir,
      stdin: Readable.from([]),
      stdout,
      stderr,
      signal,
      ...options,
      save: null,
      factOptions: { dnsServers: [bind.server], domains: [domain] },
    });
    return { code, out: out(), err: err() };
  }

  async function records(domain: string) {
    const name = `_vlmcs._tcp.${domain}`;
    const answer = await computer.dnsQuery(bind.server, name, 'SRV', 'udp', signal);
    return answer.outcome === 'answered' ? answer.answers : answer;
  }

  it('adds the record with a signed update, and undo removes it again', async () => {
    const { code, out, err } = await fix('keyed.test', bind.keyFile);
    // Nothing listens on the KMS port, so the fix is applied and the PC is still unhealthy.
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      result: 'applied',
      verdict: 'kms-service-not-listening',
    });
    expect(await records('keyed.test')).toMatchObject([
      { type: 'SRV', target: 'kms1.keyed.test', port: 1688, ttl: 3600 },
    ]);
    const again = await fix('keyed.test', bind.keyFile);
    expect(again.code).toBe(4);
    expect(again.err).toContain('already');

    const journal = readFileSync(path.join(dataDir, 'journal.jsonl'), 'utf8');
    const secret = /secret "([^"]+)"/.exec(readFileSync(bind.keyFile, 'utf8'))?.[1] ?? '';
    expect(secret.length).toBeGreaterThan(20);
    expect(journal + out).not.toContain(secret);

    const { stdout, stderr, out: said } = streams();
    const undone = await runUndo(null, {
      computer,
      json: false,
      translate: translator('en'),
      dataDir,
      stdin: Readable.from([]),
      stdout,
      stderr,
      signal,
      ...options,
    });
    expect(undone).toBe(0);
    expect(said()).toContain('_vlmcs._tcp.keyed.test');
    expect(await records('keyed.test')).toEqual([]);
  });

  it('distinguishes a wrong key, a missing key and a zone that refuses updates', async () => {
    const ended = [
      await fix('keyed.test', bind.wrongKeyFile),
      await fix('keyed.test', bind.unknownKeyFile),
      await fix('keyed.test', null),
      await fix('fixed.test', bind.keyFile),
    ];
    expect(ended.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
    const [wrong, unknown, none, refusing] = ended.map(({ err }) => err);
    expect(wrong).toContain("doesn't accept this TSIG key");
    expect(unknown).toBe(wrong);
    expect(none).toContain('without a key');
    expect(refusing).toContain('even though it was signed');
    expect(await records('keyed.test')).toEqual([]);
    expect(await records('fixed.test')).toEqual([]);
  });

  it('rejects a missing or invalid key file without touching the journal', async () => {
    const journal = path.join(dataDir, 'journal.jsonl');
    const before = readFileSync(journal, 'utf8');
    const ended = [await fix('keyed.test', journal), await fix('keyed.test', `${journal}.key`)];
    expect(ended.map(({ code, out }) => ({ code, out }))).toEqual([
      { code: 64, out: '' },
      { code: 64, out: '' },
    ]);
    expect(ended.map(({ err }) => err)).toEqual([
      expect.stringMatching(/^tsigKeyFile: This file doesn't contain exactly one TSIG key\./),
      expect.stringMatching(/^tsigKeyFile: This file doesn't exist, or it can't be read\./),
    ]);
    expect(readFileSync(journal, 'utf8')).toBe(before);
  });
});
