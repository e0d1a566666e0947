import { Resolver } from 'node:dns/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DnsServer } from '../../electron/engine/computer';
import { RESOLVE_LIMIT_MS } from '../../electron/computer/network/limits';
import { resolveBySystem } from '../../electron/computer/network/os-resolver';
import { named, startBind, type BindFixture } from '../support/bind';
import { startFakeDns } from '../support/dns-server';

const ENDLESS = new AbortController().signal;

/** Returns a resolver like the system's, configured to use this server. */
function configuredWith({ address, port }: DnsServer): Resolver {
  const resolver = new Resolver();
  resolver.setServers([`${address}:${port}`]);
  return resolver;
}

describe.skipIf(named === null)("the system's resolver", () => {
  let bind: BindFixture;
  beforeAll(async () => {
    bind = await startBind({
      'contoso.test': {
        records: '_vlmcs._tcp SRV 1 2 1688 KMS1\nnone SRV 0 0 0 .\nkms1 A 10.0.0.20',
      },
      'refused.test': { records: '', options: 'allow-query { none; };' },
    });
  });
  afterAll(() => bind.stop());

  const ask = (name: string) => resolveBySystem(name, 'SRV', ENDLESS, configuredWith(bind.server));

  it('returns SRV records', async () => {
    const name = '_vlmcs._tcp.contoso.test';
    expect(await ask('_vlmcs._tcp.Contoso.test')).toMatchObject({
      error: null,
      records: [
        {
          ...{ type: 'SRV', name, ttl: null, priority: 1, weight: 2 },
          ...{ port: 1688, target: 'kms1.contoso.test' },
        },
      ],
    });
    expect(await ask('none.contoso.test')).toMatchObject({ records: [{ target: '.' }] });
  });

  it.each([
    ['_vlmcs._tcp.nowhere.contoso.test', 'ENOTFOUND'],
    ['kms1.contoso.test', 'ENODATA'],
    ['_vlmcs._tcp.refused.test', 'EREFUSED'],
  ])('returns no records and the error code for %s', async (name, error) => {
    expect(await ask(name)).toMatchObject({ records: [], error });
  });
});

describe("the system's resolver with a silent server", () => {
  it('times out after its limit and can be aborted', async () => {
    const fake = await startFakeDns({});
    const resolver = () => configuredWith(fake.server);
    const left = resolveBySystem('a.test', 'SRV', AbortSignal.timeout(50), resolver());
    await expect(left).rejects.toMatchObject({ name: 'TimeoutError' });
    const answer = await resolveBySystem('a.test', 'SRV', ENDLESS, resolver());
    await fake.stop();
    expect(answer).toMatchObject({ records: [], error: 'ETIMEOUT' });
    expect(answer.ms).toBeLessThan(RESOLVE_LIMIT_MS + 1_000);
  });
});
