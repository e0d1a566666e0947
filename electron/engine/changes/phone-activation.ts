import { LICENSED } from '@shared/kms';
import { formatConfirmationId } from '../parameter-readers';
import { z } from 'zod';
import { activation } from './activation';
import { storedChange, defineChange } from './change';
import { slmgr } from './commands';

/** Activates with a confirmation ID (`slmgr -atp`). Windows can't undo an activation. */
export const phoneActivation = defineChange({
  schema: storedChange('phone-activation', {
    installationId: z.string().regex(/^\d{0,128}$/),
    confirmationId: z.string().regex(/^\d{0,128}$/),
  }),
  stateSchema: activation.stateSchema,
  slot: () => 'activation',
  readState: (facts) => activation.readState(facts, { kind: 'activation' }),
  apply: (computer, { installationId, confirmationId }, _, signal) =>
    computer.depositConfirmationId(installationId, confirmationId, signal),
  isDone: (state) => state?.status === LICENSED,
  // Grace periods expire on their own.
  volatile: true,
  mayStartUnknown: true,
  title: ({ confirmationId }) => ({
    key: 'changes.phone-activation.title',
    params: { confirmationId: formatConfirmationId(confirmationId) },
  }),
  manualSteps: ({ confirmationId }) => [slmgr('-atp', confirmationId)],
  showBefore: (state) => activation.showBefore(state, { kind: 'activation' }),
  showAfter: () => ({ key: 'changes.activation.activated' }),
  irreversibleReason: () => ({ key: 'changes.activation.noWayBack' }),
});
