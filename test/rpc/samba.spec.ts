import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeKms } from '../../electron/computer/network/kms-probe';
import { sambaCanRun, startSamba, type SambaFixture } from '../support/samba';

describe.skipIf(!sambaCanRun)('a real RPC server that is no KMS host', () => {
  let fixture: SambaFixture;
  beforeAll(async () => {
    fixture = await startSamba();
  }, 15_000);
  afterAll(() => fixture.stop());

  it('refuses the interface, and is told from a KMS host by that', async () => {
    const { connected, answered } = probeKms(fixture.mapper, new AbortController().signal);
    expect(await connected).toMatchObject({ outcome: 'open' });
    expect(await answered).toMatchObject({
      outcome: 'other-rpc',
      detail: 'result 2 reason 1',
    });
  });
});
