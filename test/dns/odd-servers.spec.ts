import * as packet from 'dns-packet';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { isConclusive } from '@shared/kms-path';
import { Unreadable } from '../../electron/engine/computer';
import { queryDns } from '../../electron/computer/network/dns';
import { DNS_LIMIT_MS } from '../../electron/computer/network/limits';
import {
  answerTo,
  framed,
  startFakeDns,
  type FakeDnsBehavior,
  type FakeDnsServer,
} from '../support/dns-server';

const NAME = 'kms1.contoso.test';
const A_RECORD: packet.Answer = { type: 'A', name: NAME, ttl: 60, data: '10.0.0.20' };
const ENDLESS = new AbortController().signal;

let running: FakeDnsServer | null = null;
afterEach(async () => {
  await running?.stop();
  running = null;
});

async function serve(behaviour: FakeDnsBehavior): Promise<FakeDnsServer> {
  running = await startFakeDns(behaviour);
  return running;
}

async function ask(behaviour: FakeDnsBehavior, transport: 'udp' | 'tcp' = 'udp') {
  const { server } = await serve(behaviour);
  return queryDns(server, NAME, 'A', transport, ENDLESS);
}

const withId = (message: Buffer, id: number) => {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(id & 0xffff, 0);
  return copy;
};

describe.concurrent('slow DNS responses', () => {
  it('times out on a silent server after two attempts', async ({ expect }) => {
    const fake = await startFakeDns({});
    const answer = await queryDns(fake.server, NAME, 'A', 'udp', ENDLESS);
    await fake.stop();
    expect(answer).toMatchObject({ outcome: 'silent', detail: null });
    expect(answer.ms).toBeGreaterThanOrEqual(DNS_LIMIT_MS - 5);
    expect(answer.ms).toBeLessThan(DNS_LIMIT_MS + 1_000);
    expect(fake.received).toHaveLength(2);
  });

  it('retries without EDNS if the first query is lost', async ({ expect }) => {
    let count = 0;
    const fake = await startFakeDns({
      udp: (query) => {
        count += 1;
        return count === 1 ? [] : [answerTo(query, { answers: [A_RECORD] })];
      },
    });
    const answer = await queryDns(fake.server, NAME, 'A', 'udp', ENDLESS);
    await fake.stop();
    expect(answer).toMatchObject({ outcome: 'answered', answers: [{ address: '10.0.0.20' }] });
    const edns = fake.received.map((query) => packet.decode(query).additionals?.length);
    expect(edns).toEqual([1, 0]);
  });

  it('returns garbled for a server that sends only garbage', async ({ expect }) => {
    const fake = await startFakeDns({ udp: () => [Buffer.from('who is there?')] });
    const answer = await queryDns(fake.server, NAME, 'A', 'udp', ENDLESS);
    await fake.stop();
    expect(answer.outcome).toBe('garbled');
    expect(answer.ms).toBeLessThan(2_000);
  });

  it('rejects a response with another ID or question', async ({ expect }) => {
    const fake = await startFakeDns({
      udp: (query) => {
        const good = answerTo(query, { answers: [A_RECORD] });
        const { id } = packet.decode(query);
        const other = packet.encode({
          ...{ id, type: 'response', answers: [A_RECORD] },
          questions: [{ type: 'A', name: 'elsewhere.test' }],
        });
        return [withId(good, good.readUInt16BE(0) + 1), other];
      },
    });
    const answer = await queryDns(fake.server, NAME, 'A', 'udp', ENDLESS);
    await fake.stop();
    expect(answer.outcome).toBe('garbled');
  });

  it('times out on a TCP response that arrives at a byte per second', async ({ expect }) => {
    let timer: NodeJS.Timeout | undefined;
    const fake = await startFakeDns({
      tcp: (socket, query) => {
        const answer = framed(answerTo(query, { answers: [A_RECORD] }));
        let at = 0;
        timer = setInterval(() => socket.write(answer.subarray(at, (at += 1))), 1_000);
      },
    });
    const answer = await queryDns(fake.server, NAME, 'A', 'tcp', ENDLESS);
    clearInterval(timer);
    await fake.stop();
    expect(answer.outcome).toBe('silent');
    expect(answer.ms).toBeLessThan(DNS_LIMIT_MS + 1_000);
  });
});

describe('odd DNS responses', () => {
  it('accepts the right response after wrong ones', async () => {
    const answer = await ask({
      udp: (query) => {
        const good = answerTo(query, { answers: [A_RECORD] });
        return [withId(good, good.readUInt16BE(0) + 1), Buffer.from('x'), good];
      },
    });
    expect(answer).toMatchObject({ outcome: 'answered', answers: [{ address: '10.0.0.20' }] });
  });

  it.each([
    ['ends in the middle of a record', (good: Buffer) => good.subarray(0, good.length - 7)],
    ['echoes the query', (_: Buffer, query: Buffer) => query],
    ['has a name that points to itself', (good: Buffer) => pointingAtItself(good)],
    ['declares more records than it has', (good: Buffer) => withAnswerCount(good, 65_535)],
  ])('returns garbled immediately for a response that %s', async (_, spoil) => {
    const answer = await ask({
      udp: (query) => [spoil(answerTo(query, { answers: [A_RECORD] }), query)],
    });
    expect(answer.outcome).toBe('garbled');
    expect(answer.ms).toBeLessThan(500);
  });

  it.each(['FORMERR', 'NOTIMP'])('retries without EDNS after %s', async (rcode) => {
    const fake = await serve({
      udp: (query) =>
        packet.decode(query).additionals?.length
          ? [
              Buffer.concat([
                answerTo(query, { rcode: rcode === 'FORMERR' ? 1 : 4, questions: [] }),
              ]),
            ]
          : [answerTo(query, { answers: [A_RECORD] })],
    });
    const answer = await queryDns(fake.server, NAME, 'A', 'udp', ENDLESS);
    expect(answer).toMatchObject({ outcome: 'answered', rcode: 'NOERROR', transport: 'udp' });
    expect(fake.received).toHaveLength(2);
  });

  it('combines the extended RCODE from EDNS with the response code', async () => {
    const answer = await ask({
      udp: (query) => [
        answerTo(query, {
          additionals: [
            {
              ...{ type: 'OPT', name: '.', udpPayloadSize: 1232, extendedRcode: 1 },
              ...{ ednsVersion: 0, flags: 0, flag_do: false, options: [] },
            },
          ],
        }),
      ],
    });
    expect(answer).toMatchObject({ outcome: 'answered', rcode: 'BADVERS' });
  });

  it('falls back to the truncated UDP response if TCP fails, and treats an empty one as inconclusive', async () => {
    const cut = (answers: packet.Answer[]): FakeDnsBehavior => ({
      udp: (query) => [answerTo(query, { flags: packet.TRUNCATED_RESPONSE, answers })],
    });
    const partial = await ask(cut([A_RECORD]));
    expect(partial).toMatchObject({
      ...{ outcome: 'answered', truncated: true, transport: 'udp' },
      answers: [{ address: '10.0.0.20' }],
    });
    await running?.stop();
    const empty = await ask(cut([]));
    expect(empty).toMatchObject({
      ...{ outcome: 'answered', rcode: 'NOERROR', truncated: true, transport: 'udp' },
      answers: [],
    });
    expect(isConclusive(empty)).toBe(false);
  });

  it('treats a TCP response truncated to nothing as no answer', async () => {
    const cut = (query: Buffer) => answerTo(query, { flags: packet.TRUNCATED_RESPONSE });
    const fake = await serve({
      udp: (query) => [cut(query)],
      tcp: (socket, query) => socket.end(framed(cut(query))),
    });
    const ask = (transport: 'udp' | 'tcp') => queryDns(fake.server, NAME, 'A', transport, ENDLESS);
    expect(await ask('tcp')).toMatchObject({ outcome: 'garbled', detail: 'truncated' });
    const answer = await ask('udp');
    expect(answer).toMatchObject({ outcome: 'answered', transport: 'udp', truncated: true });
    expect(isConclusive(answer)).toBe(false);
  });

  it('drops records for unrelated names, and returns garbled if none are left', async () => {
    const other: packet.Answer = { ...A_RECORD, name: 'elsewhere.test', data: '10.0.0.66' };
    const alias: packet.Answer = { type: 'CNAME', name: NAME, ttl: 60, data: 'b.contoso.test' };
    const behind: packet.Answer = { ...A_RECORD, name: 'B.contoso.test' };
    const beside = await ask({
      udp: (query) => [answerTo(query, { answers: [other, behind, alias] })],
    });
    expect(beside).toMatchObject({ answers: [{ address: '10.0.0.20' }, { type: 'CNAME' }] });
    await running?.stop();
    const foreign = await ask({ udp: (query) => [answerTo(query, { answers: [other] })] });
    expect(foreign.outcome).toBe('garbled');
  });

  it('rejects names with a dot inside a label', async () => {
    const alias: packet.Answer = { type: 'CNAME', name: NAME, ttl: 60, data: 'b.contoso.test' };
    const answer = await ask({
      udp: (query) => {
        const said = answerTo(query, { answers: [alias] });
        // Merges the labels "b" and "contoso" into "b.contoso", which has the same length.
        const at = said.lastIndexOf('\u0001b\u0007contoso', undefined, 'latin1');
        said.writeUInt8('b.contoso'.length, at);
        said.write('.', at + 2, 'latin1');
        return [said];
      },
    });
    expect(answer.outcome).toBe('garbled');
    const { server, received } = running!;
    const asked = received.length;
    await expect(queryDns(server, 'b\\.contoso.test', 'A', 'udp', ENDLESS)).rejects.toThrow(
      Unreadable,
    );
    expect(received).toHaveLength(asked);
  });

  it('returns all of 200 records', async () => {
    const answers = Array.from({ length: 200 }, (_, index): packet.Answer => {
      const target = `kms-host-${index}.contoso.test`;
      return { type: 'SRV', name: NAME, ttl: 300, data: { port: 1688, target } };
    });
    const fake = await serve({
      udp: (query) => [answerTo(query, { flags: packet.TRUNCATED_RESPONSE })],
      tcp: (socket, query) => socket.end(framed(answerTo(query, { answers }))),
    });
    const answer = await queryDns(fake.server, NAME, 'SRV', 'udp', ENDLESS);
    expect(answer).toMatchObject({ outcome: 'answered', transport: 'tcp', truncated: true });
    expect(answer).toHaveProperty('answers.length', 200);
    expect(answer).toHaveProperty('answers.199.target', 'kms-host-199.contoso.test');
  });

  it('reassembles a TCP response that arrives byte by byte', async () => {
    const answer = await ask(
      {
        tcp: (socket, query) => {
          socket.setNoDelay();
          for (const octet of framed(answerTo(query, { answers: [A_RECORD] }))) {
            socket.write(Buffer.from([octet]));
          }
        },
      },
      'tcp',
    );
    expect(answer).toMatchObject({ outcome: 'answered', transport: 'tcp' });
  });

  it('gives up on a megabyte of garbage over TCP within a second', async () => {
    const answer = await ask(
      { tcp: (socket) => socket.write(Buffer.alloc(1_048_576, 'unexpectedReply')) },
      'tcp',
    );
    expect(answer.outcome).toBe('garbled');
    expect(answer.ms).toBeLessThan(1_000);
  });

  it('returns silent if the server closes the connection without a response', async () => {
    const answer = await ask({ tcp: (socket) => socket.end() }, 'tcp');
    expect(answer).toMatchObject({ outcome: 'silent', detail: 'hung-up' });
  });

  it('drops records of other classes and types', async () => {
    const answer = await ask({
      udp: (query) => [
        answerTo(query, {
          answers: [
            { ...A_RECORD, class: 'CH' },
            { type: 'TXT', name: NAME, ttl: 1, data: 'x' },
            A_RECORD,
          ],
        }),
      ],
    });
    expect(answer).toMatchObject({ answers: [{ type: 'A', address: '10.0.0.20' }] });
  });

  it.each([
    ['a link-local IPv6 address without a scope ID', 'fe80::1', 'EINVAL'],
    ["a string that isn't an IP address", 'dns.contoso.test', 'not-an-ip-address'],
  ])('returns unreachable with the reason for %s', async (_, address, detail) => {
    for (const transport of ['udp', 'tcp'] as const) {
      const answer = await queryDns({ address, port: 53 }, NAME, 'A', transport, ENDLESS);
      expect(answer).toMatchObject({ outcome: 'unreachable', detail });
      expect(answer.ms).toBeLessThan(500);
    }
  });

  it('never throws on corrupt responses or returns terminal control characters', async () => {
    let spoil = (answer: Buffer): Buffer => answer;
    const srv: packet.Answer = {
      ...{ type: 'SRV', name: 'target.contoso.test', ttl: 60 },
      data: { priority: 0, weight: 0, port: 1688, target: NAME },
    };
    const alias: packet.Answer = {
      type: 'CNAME',
      name: NAME,
      ttl: 60,
      data: 'target.contoso.test',
    };
    const { server } = await serve({
      udp: (query) => [spoil(answerTo(query, { answers: [alias, srv], additionals: [A_RECORD] }))],
    });
    const behindQuestion = 12 + NAME.length + 2 + 4;
    const change = fc.tuple(fc.integer({ min: behindQuestion, max: 160 }), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 4 }), fc.nat(60), async (changes, cut) => {
        spoil = (answer) => {
          const spoilt = Buffer.from(answer.subarray(0, answer.length - (cut > 30 ? cut - 30 : 0)));
          for (const [at, octet] of changes) spoilt[at] = octet;
          return spoilt;
        };
        const answer = await queryDns(server, NAME, 'A', 'udp', ENDLESS);
        expect(['answered', 'garbled']).toContain(answer.outcome);
        expect(JSON.stringify(answer)).toMatch(/^[\x20-\x7e]*$/);
      }),
      { seed: 1688, numRuns: 300 },
    );
  });

  it("rejects names that DNS can't represent", async () => {
    const { server, received } = await serve({});
    await expect(queryDns(server, 'a'.repeat(64), 'A', 'udp', ENDLESS)).rejects.toThrow(Unreadable);
    await expect(queryDns(server, 'a..b', 'A', 'udp', ENDLESS)).rejects.toThrow(Unreadable);
    expect(received).toEqual([]);
  });

  it.each(['udp', 'tcp'] as const)('aborts immediately over %s', async (transport) => {
    const { server } = await serve({ tcp: () => undefined });
    const controller = new AbortController();
    const question = queryDns(server, NAME, 'A', transport, controller.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const start = performance.now();
    controller.abort(new Error('enough'));
    await expect(question).rejects.toThrow('enough');
    expect(performance.now() - start).toBeLessThan(1_000);
    await expect(queryDns(server, NAME, 'A', transport, controller.signal)).rejects.toThrow(
      'enough',
    );
  });
});

/** Replaces the first record's name with a compression pointer to itself. */
function pointingAtItself(message: Buffer): Buffer {
  const at = 12 + NAME.length + 2 + 4;
  const spoilt = Buffer.from(message);
  spoilt.writeUInt16BE(0xc000 | at, at);
  return spoilt;
}

function withAnswerCount(message: Buffer, count: number): Buffer {
  const spoilt = Buffer.from(message);
  spoilt.writeUInt16BE(count, 6);
  return spoilt;
}
