import { LICENSED } from '@shared/kms';
import { formatConfirmationId } from '../parameter-readers';
import { z } from 'zod';
import { activation, type LicenseStatus } from './activation';
import { storedChange, type ChangeType } from './change';
import { slmgr } from './commands';

const schema = storedChange('phone-activation', {
  installationId: z.string().regex(/^\d{0,128}$/),
  confirmationId: z.string().regex(/^\d{0,128}$/),
});

/** Activates with a confirmation ID (`slmgr -atp`). Windows can't undo an activation. */
export const phoneActivation: ChangeType<z.output<typeof schema>, LicenseStatus> = {
  schema,
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
};
