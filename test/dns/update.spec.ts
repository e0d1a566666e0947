import { readFileSync } from 'node:fs';
import * as packet from 'dns-packet';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DnsServer, SrvRecordSpec } from '../../electron/engine/computer';
import { ChangeRefused } from '../../electron/engine/computer';
import { createNetworkComputer } from '../../electron/computer/network';
import { named, startBind, type BindFixture } from '../support/bind';
import { framed, startFakeDns, type FakeDnsServer } from '../support/dns-server';
import { freePort } from '../support/free-port';

const ENDLESS = new AbortController().signal;
const computer = createNetworkComputer();

const record = (zone: string, more: Partial<SrvRecordSpec> = {}): SrvRecordSpec => ({
  ...{ zone, name: `_vlmcs._tcp.${zone}`, target: `kms1.${zone}` },
  ...{ port: 1688, priority: 0, weight: 0, ttl: 3600 },
  ...more,
});

const by = (server: DnsServer, tsigKeyFile: string | null) =>
  ({ method: 'dynamic-update', server, tsigKeyFile }) as const;

async function recordsIn(server: DnsServer, zone: string) {
  const answer = await computer.dnsQuery(server, `_vlmcs._tcp.${zone}`, 'SRV', 'udp', ENDLESS);
  return answer.outcome === 'answered' ? answer.answers : answer;
}

async function refusal(change: Promise<unknown>): Promise<ChangeRefused> {
  const error = await change.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ChangeRefused) return error;
  throw new Error(`not refused: ${String(error)}`);
}

describe.skipIf(named === null)('a dynamic update on a real DNS server', () => {
  let bind: BindFixture;
  beforeAll(async () => {
    bind = await startBind({
      'keyed.test': { records: '', options: 'allow-update { key UPDATE_KEY; };' },
      'narrow.test': {
        records: '',
        options: 'update-policy { grant UPDATE_KEY name _vlmcs._tcp.narrow.test. SRV; };',
      },
      'open.test': { records: '', options: 'allow-update { 127.0.0.1; };' },
      'fixed.test': { records: '' },
    });
  });
  afterAll(() => bind.stop());

  it('adds a record with a signed update and removes exactly that record', async () => {
    const how = by(bind.server, bind.keyFile);
    const first = record('keyed.test', { priority: 5, weight: 7 });
    const second = record('keyed.test', { target: 'kms2.keyed.test', port: 1700 });
    expect(await computer.addSrvRecord(first, how, ENDLESS)).toEqual({ way: 'dns-update' });
    await computer.addSrvRecord(second, how, ENDLESS);
    expect(await recordsIn(bind.server, 'keyed.test')).toHaveLength(2);
    await computer.removeSrvRecord(first, how, ENDLESS);
    expect(await recordsIn(bind.server, 'keyed.test')).toEqual([
      {
        ...{ type: 'SRV', name: '_vlmcs._tcp.keyed.test', ttl: 3600, priority: 0, weight: 0 },
        ...{ port: 1700, target: 'kms2.keyed.test' },
      },
    ]);
    await computer.removeSrvRecord(second, how, ENDLESS);
    expect(await recordsIn(bind.server, 'keyed.test')).toEqual([]);
  });

  it('works with a key that may write only this record', async () => {
    const how = by(bind.server, bind.keyFile);
    await computer.addSrvRecord(record('narrow.test'), how, ENDLESS);
    expect(await recordsIn(bind.server, 'narrow.test')).toHaveLength(1);
    const other = record('narrow.test', { name: '_ldap._tcp.narrow.test' });
    expect(await refusal(computer.addSrvRecord(other, how, ENDLESS))).toMatchObject({
      refusal: 'dns-refused',
      said: 'REFUSED',
    });
  });

  it('adds a record without a key if the zone allows it', async () => {
    await computer.addSrvRecord(record('open.test'), by(bind.server, null), ENDLESS);
    expect(await recordsIn(bind.server, 'open.test')).toHaveLength(1);
  });

  it('uses TCP for an update that is too large for a datagram', async () => {
    const label = (letter: string) => letter.repeat(63);
    const long = [label('a'), label('b'), label('c')].join('.');
    const spec = record('keyed.test', { target: `${long}.test`, name: `${long}.keyed.test` });
    await computer.addSrvRecord(spec, by(bind.server, bind.keyFile), ENDLESS);
    const answer = await computer.dnsQuery(bind.server, spec.name, 'SRV', 'udp', ENDLESS);
    expect(answer).toMatchObject({ answers: [{ target: spec.target }] });

    const overUdp: Buffer[] = [];
    const overTcp: Buffer[] = [];
    const fake = await startFakeDns({
      udp: (update) => {
        overUdp.push(update);
        return [];
      },
      tcp: (socket, update) => {
        overTcp.push(update);
        socket.end(framed(refused(update)));
      },
    });
    await refusal(computer.addSrvRecord(spec, by(fake.server, bind.keyFile), ENDLESS));
    await fake.stop();
    expect([overUdp.length, overTcp.length]).toEqual([0, 1]);
  });

  it.each([
    ['a missing key', 'keyed.test', 'none', 'dns-refused', 'REFUSED'],
    ['a zone that allows no updates', 'fixed.test', 'right', 'dns-refused', 'REFUSED'],
    ['the wrong secret', 'keyed.test', 'wrong', 'dns-bad-key', 'NOTAUTH BADSIG'],
    ['an unknown key', 'keyed.test', 'unknown', 'dns-bad-key', 'NOTAUTH BADKEY'],
    ["a zone that the server doesn't serve", 'absent.test', 'none', 'dns-no-zone', 'NOTAUTH'],
    [
      "a signed update for a zone that the server doesn't serve",
      'absent.test',
      'right',
      'dns-no-zone',
      'NOTAUTH',
    ],
    ['a name outside the zone', 'open.test', 'outside', 'dns-no-zone', 'NOTZONE'],
  ])('reports why an update is refused: %s', async (_, zone, which, kind, said) => {
    const files: Record<string, string> = {
      right: bind.keyFile,
      wrong: bind.wrongKeyFile,
      unknown: bind.unknownKeyFile,
    };
    const spec =
      which === 'outside' ? record(zone, { name: '_vlmcs._tcp.keyed.test' }) : record(zone);
    const how = by(bind.server, files[which] ?? null);
    const refused = await refusal(computer.addSrvRecord(spec, how, ENDLESS));
    expect(refused).toMatchObject({ refusal: kind, said });
    expect(refused.message).not.toContain(secretIn(bind.keyFile));
  });

  it.each(['hmac-sha512', 'hmac-sha1', 'hmac-md5'])('is signed with %s', async (algorithm) => {
    const other = await startBind(
      { 'keyed.test': { records: '', options: 'allow-update { key UPDATE_KEY; };' } },
      algorithm,
    );
    try {
      await computer.addSrvRecord(record('keyed.test'), by(other.server, other.keyFile), ENDLESS);
      expect(await recordsIn(other.server, 'keyed.test')).toHaveLength(1);
    } finally {
      await other.stop();
    }
  });

  it('reports the problem with a key file without revealing its contents', async () => {
    const file = 'package.json';
    const how = by(bind.server, file);
    const refused = await refusal(computer.addSrvRecord(record('keyed.test'), how, ENDLESS));
    expect(refused).toMatchObject({ refusal: 'dns-bad-key', said: 'not-one-key' });
    const missing = by(bind.server, `${bind.keyFile}.not-there`);
    expect(
      await refusal(computer.addSrvRecord(record('keyed.test'), missing, ENDLESS)),
    ).toMatchObject({ refusal: 'dns-bad-key', said: 'cannot-be-read' });
  });

  it('rejects an unsigned success response', async () => {
    const fake = await startFakeDns({ udp: (update) => [accepted(update)] });
    const how = by(fake.server, bind.keyFile);
    const refused = await refusal(computer.addSrvRecord(record('keyed.test'), how, ENDLESS));
    await fake.stop();
    expect(refused).toMatchObject({ refusal: 'dns-bad-key', said: 'answer-not-signed' });
  });
});

describe('a dynamic update on a fake DNS server', () => {
  let fake: FakeDnsServer | null = null;
  afterEach(async () => {
    await fake?.stop();
    fake = null;
  });

  it('times out if the server is silent', async () => {
    fake = await startFakeDns({});
    const how = by(fake.server, null);
    const start = performance.now();
    const refused = await refusal(computer.addSrvRecord(record('open.test'), how, ENDLESS));
    expect(refused).toMatchObject({ refusal: 'dns-no-answer', said: 'silent' });
    expect(performance.now() - start).toBeLessThan(4_000);
  });

  it('reports a closed port', async () => {
    const how = by({ address: '127.0.0.1', port: await freePort() }, null);
    const refused = await refusal(computer.addSrvRecord(record('open.test'), how, ENDLESS));
    expect(refused).toMatchObject({ refusal: 'dns-no-answer', said: 'closed ECONNREFUSED' });
  });

  it('can be aborted', async () => {
    fake = await startFakeDns({});
    const change = computer.addSrvRecord(
      record('open.test'),
      by(fake.server, null),
      AbortSignal.timeout(100),
    );
    await expect(change).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('uses class IN to add a record, and class NONE without a TTL to delete it', async () => {
    const updates: Buffer[] = [];
    fake = await startFakeDns({
      udp: (update) => {
        updates.push(update);
        return [accepted(update)];
      },
    });
    const how = by(fake.server, null);
    await computer.addSrvRecord(record('open.test', { ttl: 60 }), how, ENDLESS);
    await computer.removeSrvRecord(record('open.test', { ttl: 60 }), how, ENDLESS);
    const srv = '0021';
    const ttl = ['0000003c', '00000000'];
    const classes = ['0001', '00fe'];
    for (const [index, update] of updates.entries()) {
      expect(update.readUInt16BE(2) >> 11).toBe(5);
      expect([4, 6, 8, 10].map((at) => update.readUInt16BE(at))).toEqual([1, 0, 1, 0]);
      expect(packet.decode(update).questions).toMatchObject([{ type: 'SOA', name: 'open.test' }]);
      expect(update.toString('hex')).toContain(`00${srv}${classes[index]}${ttl[index]}`);
    }
    expect(updates).toHaveLength(2);
  });
});

/** Returns a NOERROR response to an update. */
function accepted(update: Buffer): Buffer {
  return updateAnswer(update, 0);
}

/** Returns a REFUSED response to an update. */
function refused(update: Buffer): Buffer {
  return updateAnswer(update, 5);
}

function updateAnswer(update: Buffer, rcode: number): Buffer {
  const answer = Buffer.from(update.subarray(0, 12));
  answer.writeUInt16BE(0xa800 | rcode, 2);
  for (const at of [4, 6, 8, 10]) answer.writeUInt16BE(0, at);
  return answer;
}

function secretIn(keyFile: string): string {
  return /secret "([^"]+)"/.exec(readFileSync(keyFile, 'utf8'))?.[1] ?? '';
}
