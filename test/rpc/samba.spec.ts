import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeKms } from '../../electron/computer/network/kms-probe';
import { sambaCanRun, startSamba, type SambaFixture } from '../support/samba';

describe.skipIf(!sambaCanRun)("a real RPC server that isn't a KMS host", () => {
  let fixture: SambaFixture;
  beforeAll(async () => {
    fixture = await startSamba();
  }, 15_000);
  afterAll(() => fixture.stop());

  it('rejects the interface, which distinguishes it from a KMS host', async () => {
    const { connected, answered } = probeKms(fixture.mapper, new AbortController().signal);
    expect(await connected).toMatchObject({ outcome: 'open' });
    expect(await answered).toMatchObject({
      outcome: 'other-rpc',
      detail: 'result 2 reason 1',
    });
  });
});
