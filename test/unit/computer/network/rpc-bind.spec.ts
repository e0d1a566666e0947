import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBind, readBindAnswer } from '../../../../electron/computer/network/rpc-bind';

/** The response of samba-dcerpcd. */
const SAMBA = Buffer.from(
  '05000c03100000003c00000001000000d016d016ed61000004003133350000000100000002000100' +
    '00'.repeat(20),
  'hex',
);

describe('readBindAnswer', () => {
  it('returns null until the response is complete', () => {
    for (let length = 0; length < SAMBA.length; length += 1) {
      expect(readBindAnswer(SAMBA.subarray(0, length), 1)).toBeNull();
    }
    expect(readBindAnswer(SAMBA, 1)).toEqual({ outcome: 'other-rpc', detail: 'result 2 reason 1' });
  });

  it('recognizes another protocol by the first bytes', () => {
    expect(readBindAnswer(Buffer.from('S'), 1)).toEqual({ outcome: 'not-rpc', detail: 'S' });
    expect(readBindAnswer(Buffer.from([5, 7]), 1)?.outcome).toBe('not-rpc');
  });

  it('rejects an echoed bind, which no RPC server sends', () => {
    expect(readBindAnswer(encodeBind(1), 1)).toEqual({ outcome: 'not-rpc', detail: 'malformed' });
  });

  it('rejects another call ID and trailing bytes', () => {
    const other = Buffer.from(SAMBA);
    other.writeUInt32LE(2, 12);
    expect(readBindAnswer(other, 1)).toEqual({ outcome: 'not-rpc', detail: 'other-call-id' });
    expect(readBindAnswer(other, 2)?.outcome).toBe('other-rpc');
    const longer = Buffer.concat([SAMBA, Buffer.alloc(1)]);
    expect(readBindAnswer(longer, 1)).toEqual({ outcome: 'not-rpc', detail: 'malformed' });
  });

  it('returns an outcome or null for arbitrary bytes', () => {
    const rest = fc.uint8Array({ maxLength: 80 });
    const prefix = fc.constantFrom(
      [],
      [5, 0],
      [5, 0, 12, 3, 16],
      [5, 0, 13, 3, 0],
      [5, 0, 3, 3, 16],
    );
    fc.assert(
      fc.property(prefix, rest, (start, bytes) => {
        const verdict = readBindAnswer(Buffer.from([...start, ...bytes]), 1);
        if (verdict === null) return;
        expect(['kms', 'other-rpc', 'not-rpc']).toContain(verdict.outcome);
        expect(verdict.detail ?? '').toMatch(/^[\x20-\x7e]*$/);
      }),
      { seed: 1688, numRuns: 2_000 },
    );
  });
});
