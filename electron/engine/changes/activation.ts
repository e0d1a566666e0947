import { z } from 'zod';
import { storedChange, type ActivationChange, type ChangeType } from './change';
import { slmgr } from './commands';

/** State of a licence as changes of it see it: LicenseStatus, 1 being licensed; null without a key. */
export type LicenseStatus = { readonly status: number } | null;

/** One attempt to activate (`slmgr -ato`). Windows cannot take an activation back. */
export const activation: ChangeType<ActivationChange, LicenseStatus> = {
  schema: storedChange('activation', { step: z.enum(['by-name', 'by-address']).optional() }),
  stateSchema: z.strictObject({ status: z.number() }).nullable(),
  slot: () => 'activation',
  async readState(facts) {
    const licence = await facts.licence();
    return licence === null ? null : { status: licence.status };
  },
  apply: (computer, _, _secrets, signal) => computer.activate(signal),
  isDone: (state) => state?.status === 1,
  // Grace periods end without anybody's doing.
  volatile: true,
  inverse: () => null,
  needsElevation: () => true,
  title: ({ step }) => ({
    key: step === undefined ? 'changes.activation.title' : `changes.activation.title-${step}`,
  }),
  byHand: () => [slmgr('-ato')],
  showBefore: (state) => ({
    key: state?.status === 1 ? 'changes.activation.activated' : 'changes.activation.notActivated',
  }),
  showAfter: () => ({ key: 'changes.activation.activated' }),
  irreversibleReason: () => ({ key: 'changes.activation.noWayBack' }),
};
