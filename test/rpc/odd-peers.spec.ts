import { beforeAll, describe, expect, it } from 'vitest';
import type { RpcAnswer } from '@engine/computer';
import { probeKms } from '../../electron/computer/network/kms-probe';
import { RPC_ANSWER_LIMIT_MS } from '../../electron/computer/network/limits';
import { startAcceptor } from '../support/rpc-acceptor';
import { ODD_PEERS } from './odd-peers';

describe('probing an odd peer on the KMS port', () => {
  const found = new Map<string, { connected: string; answered: RpcAnswer | null; sent: number }>();

  beforeAll(async () => {
    await Promise.all(
      ODD_PEERS.map(async ([name, peer]) => {
        const acceptor = await startAcceptor(peer);
        const { connected, answered } = probeKms(acceptor, new AbortController().signal);
        const { outcome } = await connected;
        found.set(name, {
          ...{ connected: outcome, answered: await answered },
          sent: acceptor.received().length,
        });
        await acceptor.stop();
      }),
    );
  });

  it('covers at least 55 distinct peers', () => {
    expect(found.size).toBe(ODD_PEERS.length);
    expect(found.size).toBeGreaterThanOrEqual(55);
  });

  it.each(ODD_PEERS)('gives the expected outcome for %s', (name, _, outcome) => {
    const { connected, answered, sent } = found.get(name) ?? {};
    expect(connected).toBe('open');
    expect(answered?.outcome).toBe(outcome);
    expect(answered?.ms).toBeLessThan(RPC_ANSWER_LIMIT_MS + 1_000);
    // Only the bind may be sent, regardless of the response.
    expect(sent).toBeLessThanOrEqual(72);
  });
});
