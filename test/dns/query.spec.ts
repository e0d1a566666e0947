import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DnsAnswer, DnsServer, RecordType } from '../../electron/engine/computer';
import { queryDns } from '../../electron/computer/network/dns';
import { named, startBind, type BindFixture } from '../support/bind';
import { freePort } from '../support/free-port';

const SRV = '_vlmcs._tcp';

async function answered(
  server: DnsServer,
  name: string,
  type: RecordType = 'SRV',
  transport: 'udp' | 'tcp' = 'udp',
): Promise<Extract<DnsAnswer, { outcome: 'answered' }>> {
  const answer = await queryDns(server, name, type, transport, new AbortController().signal);
  if (answer.outcome !== 'answered') throw new Error(`no answer: ${JSON.stringify(answer)}`);
  return answer;
}

describe.skipIf(named === null)('querying a real DNS server', () => {
  let bind: BindFixture;
  beforeAll(async () => {
    const many = (count: number, label: string) =>
      Array.from(
        { length: count },
        (_, index) => `${label} 300 SRV 0 0 1688 kms-host-${index}.contoso.test.`,
      ).join('\n');
    bind = await startBind({
      'contoso.test': {
        records: `
${SRV} 1800 SRV 10 20 1688 KMS1
${SRV} 1800 SRV 0 0 1689 kms2
kms1 600 A 10.0.0.20
kms1 600 AAAA fd00::20
kms2 A 10.0.0.21
alias CNAME hop
hop CNAME kms1
loop-a CNAME loop-b
loop-b CNAME loop-a
none SRV 0 0 0 .
tab\\009bell\\007 SRV 0 0 1688 esc\\027[31mred.contoso.test.
back\\\\slash A 10.0.0.30
empty A 10.0.0.31
${many(20, '_twenty')}
${many(60, '_sixty')}`,
      },
      'refused.test': { records: '', options: 'allow-query { none; };' },
      'servfail.test': { records: null },
    });
  });
  afterAll(() => bind.stop());

  it("returns SRV records with TTLs, the AA bit and their targets' addresses", async () => {
    const answer = await answered(bind.server, `${SRV}.Contoso.Test.`);
    expect(answer).toMatchObject({
      rcode: 'NOERROR',
      authoritative: true,
      truncated: false,
      transport: 'udp',
    });
    const name = `${SRV}.contoso.test`;
    expect(answer.answers).toHaveLength(2);
    expect(answer.answers).toContainEqual({
      ...{ type: 'SRV', name, ttl: 1800, priority: 10, weight: 20 },
      ...{ port: 1688, target: 'kms1.contoso.test' },
    });
    expect(answer.additionals).toContainEqual({
      ...{ type: 'A', name: 'kms1.contoso.test', ttl: 600, address: '10.0.0.20' },
    });
    expect(answer.additionals).toContainEqual({
      ...{ type: 'AAAA', name: 'kms1.contoso.test', ttl: 600, address: 'fd00::20' },
    });
  });

  it('queries over IPv6', async () => {
    const answer = await answered(bind.server6, 'kms1.contoso.test', 'AAAA');
    expect(answer.answers).toEqual([
      { type: 'AAAA', name: 'kms1.contoso.test', ttl: 600, address: 'fd00::20' },
    ]);
  });

  it.each([
    ["a name that doesn't exist", `${SRV}.nowhere.contoso.test`, 'NXDOMAIN'],
    ['a name without records of this type', 'empty.contoso.test', 'NOERROR'],
    ['a zone that refuses queries', `${SRV}.refused.test`, 'REFUSED'],
    ["a zone that the server doesn't serve", `${SRV}.example.test`, 'REFUSED'],
    ['a zone that failed to load', `${SRV}.servfail.test`, 'SERVFAIL'],
  ])('returns the response code for %s', async (_, name, rcode) => {
    const answer = await answered(bind.server, name);
    expect(answer.rcode).toBe(rcode);
    expect(answer.answers).toEqual([]);
  });

  it('preserves the order of a CNAME chain', async () => {
    const { answers } = await answered(bind.server, 'alias.contoso.test', 'A');
    expect(answers.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'CNAME alias.contoso.test',
      'CNAME hop.contoso.test',
      'A kms1.contoso.test',
    ]);
  });

  it('returns an endless CNAME chain unchanged', async () => {
    const { answers } = await answered(bind.server, 'loop-a.contoso.test', 'A');
    expect(answers.map(({ type }) => type)).toEqual(['CNAME', 'CNAME']);
  });

  it('preserves the target "." that means "no such service"', async () => {
    const { answers } = await answered(bind.server, 'none.contoso.test');
    expect(answers).toMatchObject([{ type: 'SRV', target: '.', port: 0 }]);
  });

  it('escapes control characters, and resolves escaped names', async () => {
    const { answers } = await answered(bind.server, 'tab\\009bell\\007.contoso.test');
    expect(answers).toMatchObject([
      { name: 'tab\\009bell\\007.contoso.test', target: 'esc\\027[31mred.contoso.test' },
    ]);
    const back = await answered(bind.server, 'back\\\\slash.contoso.test', 'A');
    expect(back.answers).toMatchObject([{ name: 'back\\\\slash.contoso.test' }]);
  });

  it.each([
    ['20 records over UDP', '_twenty', 20, { transport: 'udp', truncated: false }],
    [
      '60 records over TCP after a truncated response',
      '_sixty',
      60,
      { transport: 'tcp', truncated: true },
    ],
  ])('returns %s', async (_, label, count, how) => {
    const answer = await answered(bind.server, `${label}.contoso.test`);
    expect(answer).toMatchObject(how);
    const targets = answer.answers.map((record) => (record.type === 'SRV' ? record.target : ''));
    expect(new Set(targets).size).toBe(count);
  });

  it('uses TCP from the start if requested', async () => {
    const answer = await answered(bind.server, 'kms2.contoso.test', 'A', 'tcp');
    expect(answer).toMatchObject({ transport: 'tcp', truncated: false, rcode: 'NOERROR' });
  });

  it.each(['udp', 'tcp'] as const)('reports a closed port over %s', async (transport) => {
    for (const address of ['127.0.0.1', '::1']) {
      const server = { address, port: await freePort() };
      const answer = await queryDns(
        server,
        'contoso.test',
        'A',
        transport,
        new AbortController().signal,
      );
      expect(answer).toMatchObject({ outcome: 'closed', detail: 'ECONNREFUSED' });
    }
  });
});
