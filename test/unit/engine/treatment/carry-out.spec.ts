/** A treatment on the PC that it was planned for. */
import { describe, expect, it } from 'vitest';
import { comparable } from '../fixes/fix-harness';
import { readCase } from '../../../scenarios/cases';
import { rehearse, TreatedPc, type Steps } from './treated-pc';

const MISSING = 'srv-record-missing/record-missing';
const WAY_ROUND: Steps = [['assign-kms-host', { host: 'kms1.contoso.com' }], ['activate-now']];

describe('a treatment that goes as rehearsed', () => {
  it('ends healthy, stands in the journal as a whole and is taken back as a whole', async () => {
    const pc = new TreatedPc(MISSING);
    const treatment = await rehearse(readCase(MISSING), WAY_ROUND);
    const ended = await pc.carryOut(treatment);
    expect(ended).toMatchObject({
      result: 'healthy',
      steps: [
        {
          fix: 'assign-kms-host',
          rehearsed: 'activation-pending',
          found: 'activation-pending',
          result: 'applied',
          failure: [],
        },
        {
          fix: 'activate-now',
          rehearsed: 'healthy',
          found: 'healthy',
          result: 'verified',
          failure: [],
        },
      ],
      why: null,
      next: null,
      left: treatment.left,
      cancelled: false,
    });
    expect(ended.recheck?.diagnosis.verdict.code).toBe('healthy');
    const undone = await pc.undo(ended.treatment);
    console.log(JSON.stringify(undone));
    expect(comparable(pc.document, ['activation'])).toEqual(
      comparable(pc.untreated, ['activation']),
    );
  });
});
