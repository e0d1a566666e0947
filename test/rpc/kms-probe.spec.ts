import { afterEach, describe, expect, it } from 'vitest';
import { connect, probeKms } from '../../electron/computer/network/kms-probe';
import { CONNECT_LIMIT_MS, RPC_ANSWER_LIMIT_MS } from '../../electron/computer/network/limits';
import type { Endpoint } from '../../shared/names';
import { freePort } from '../support/free-port';
import { startFullListener, type FullListener } from '../support/full-listener';
import { startAcceptor, type AcceptorMode, type RpcAcceptor } from '../support/rpc-acceptor';

/**
 * Bind request for the KMS interface: NDR32, no authentication
 * (docs/windows-facts.md#the-kms-port). The call ID, which differs on every call, is zeroed.
 */
const BIND =
  '05000b03100000004800000000000000d016d01600000000010000000000010075' +
  '21c8514e845047b0d8ec255555bc0601000000045d888aeb1cc9119fe808002b10486002000000';

const ENDLESS = new AbortController().signal;

const open: (RpcAcceptor | FullListener)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.stop()));
});

async function accept(mode: AcceptorMode, host?: string): Promise<RpcAcceptor> {
  const acceptor = await startAcceptor(mode, host);
  open.push(acceptor);
  return acceptor;
}

async function probe(endpoint: Endpoint) {
  const { connected, answered } = probeKms(endpoint, ENDLESS);
  return { connected: await connected, answered: await answered };
}

describe('the bind', () => {
  it.each(['kms', 'other-rpc', 'http', 'fault'] as const)(
    'is sent exactly as specified, and nothing else, before the connection closes (%s)',
    async (mode) => {
      const acceptor = await accept(mode);
      await probe(acceptor);
      await acceptor.quiet();
      const bind = Buffer.from(acceptor.received());
      expect(bind.readUInt32LE(12)).not.toBe(0);
      bind.fill(0, 12, 16);
      expect(bind.toString('hex')).toBe(BIND);
      expect(acceptor.received()).toHaveLength(72);
      expect(acceptor.connections()).toBe(1);
    },
  );
});

describe('the response', () => {
  it.each([
    ['kms', 'kms', null],
    ['kms-big-endian', 'kms', null],
    ['drip', 'kms', null],
    ['other-rpc', 'other-rpc', 'result 2 reason 1'],
    ['other-syntax', 'other-rpc', 'transfer-syntax 71710533-beba-4937-8319-b5dbef9ccc36'],
    ['bind-nak', 'other-rpc', 'bind_nak 4'],
    ['fault', 'other-rpc', 'fault 0x1c010003'],
    ['not-rpc', 'not-rpc', 'SSH-2.0-OpenSSH_9.2p1 .[31mDebian'],
    ['http', 'not-rpc', 'HTTP/1.1 400 Bad Request'],
    ['megabyte', 'not-rpc', expect.stringMatching(/^\.+$/)],
    ['bad-length', 'not-rpc', expect.any(String)],
    ['cut-ack', 'not-rpc', 'malformed'],
    ['other-call', 'not-rpc', 'other-call-id'],
    ['unasked', 'not-rpc', 'other-call-id'],
    ['long-ack', 'not-rpc', 'malformed'],
    ['hang-up', 'cut', 'hung-up'],
    ['half', 'cut', 'hung-up'],
    ['reset', 'cut', expect.stringMatching(/^(hung-up|ECONNRESET|EPIPE)$/)],
    ['reset-on-bind', 'cut', 'ECONNRESET'],
  ] as const)('of a %s peer is classified as %s', async (mode, outcome, detail) => {
    const { connected, answered } = await probe(await accept(mode));
    expect(connected).toMatchObject({ outcome: 'open', detail: null });
    expect(answered).toMatchObject({ outcome, detail: detail as unknown });
    expect(answered?.ms).toBeLessThan(1_000);
  });

  it('is received over IPv6', async () => {
    expect(await probe(await accept('kms', '::1'))).toMatchObject({
      connected: { outcome: 'open' },
      answered: { outcome: 'kms' },
    });
  });
});

describe.concurrent('the time limits', () => {
  it.each([
    ['silent', null],
    ['slow-drip', 'unfinished'],
  ] as const)('end the wait for a %s peer', async (mode, detail) => {
    const acceptor = await startAcceptor(mode);
    const { connected, answered } = await probe(acceptor);
    await acceptor.quiet();
    await acceptor.stop();
    expect(connected.outcome).toBe('open');
    expect(answered).toMatchObject({ outcome: 'silent', detail });
    expect(answered?.ms).toBeGreaterThanOrEqual(RPC_ANSWER_LIMIT_MS - 5);
    expect(answered?.ms).toBeLessThan(RPC_ANSWER_LIMIT_MS + 1_000);
  });

  it('make a port that never accepts connections filtered', async () => {
    const listener = await startFullListener();
    const { connected, answered } = await probe(listener);
    await listener.stop();
    expect(connected).toMatchObject({ outcome: 'filtered', detail: null });
    expect(connected.ms).toBeGreaterThanOrEqual(CONNECT_LIMIT_MS - 5);
    expect(connected.ms).toBeLessThan(CONNECT_LIMIT_MS + 1_000);
    expect(answered).toBeNull();
  });
});

describe('connecting', () => {
  it.each(['127.0.0.1', '::1'])(
    'reports a refused connection if nothing listens on %s',
    async (host) => {
      const { connected, answered } = await probe({ host, port: await freePort() });
      expect(connected).toMatchObject({ outcome: 'refused', detail: 'ECONNREFUSED' });
      expect(answered).toBeNull();
    },
  );

  it('fails for a link-local IPv6 address without a scope ID', async () => {
    await expect(probe({ host: 'fe80::1', port: 1688 })).rejects.toMatchObject({
      reason: 'garbled-answer',
      said: 'EINVAL',
    });
  });

  it("rejects a string that isn't an IP address, so no DNS lookup happens", async () => {
    await expect(probe({ host: '127.0.0.undefined', port: 1688 })).rejects.toMatchObject({
      reason: 'garbled-answer',
      said: 'not-an-ip-address',
    });
  });

  it('works without a bind', async () => {
    const acceptor = await accept('silent');
    expect(await connect(acceptor, ENDLESS)).toMatchObject({ outcome: 'open' });
    await acceptor.quiet();
    expect(acceptor.received()).toHaveLength(0);
  });
});

describe('aborting', () => {
  it('ends the wait for a response immediately and closes the connection', async () => {
    const acceptor = await accept('silent');
    const controller = new AbortController();
    const { connected, answered } = probeKms(acceptor, controller.signal);
    await connected;
    const start = performance.now();
    controller.abort(new Error('enough'));
    await expect(answered).rejects.toThrow('enough');
    await acceptor.quiet();
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('ends a pending connection without an unhandled rejection', async () => {
    const listener = await startFullListener();
    open.push(listener);
    const controller = new AbortController();
    const { connected } = probeKms(listener, controller.signal);
    controller.abort(new Error('enough'));
    // `answered` isn't awaited on purpose: an unhandled rejection would fail the run.
    await expect(connected).rejects.toThrow('enough');
  });
});
