import { LICENSED } from '@shared/kms';
import { z } from 'zod';
import type { Facts } from '../facts/facts';
import { storedChange, changeText, defineChange } from './change';
import { slmgr } from './commands';
import { pasteableId } from './pasteable';

const show = (what: 'activated' | 'notActivated', office: readonly string[] | undefined) =>
  ({ key: `changes.activation.${what}${office === undefined ? '' : '-office'}` }) as const;

/** Returns the status of the first Office product that isn't licensed, or 1 if all are. */
async function officeStatus(facts: Facts): Promise<{ readonly status: number }> {
  const products = await facts.productsOf('office');
  if (products.length === 0) return { status: 0 };
  return { status: products.find(({ licensed }) => !licensed)?.status ?? 1 };
}

/** Attempts to activate once (`slmgr -ato`). Windows can't undo an activation. */
export const activation = defineChange({
  schema: storedChange('activation', {
    /** The step of the routing test it belongs to; absent otherwise. */
    step: z.enum(['by-name', 'by-address']).optional(),
    /** Activates Office instead of Windows: the activation IDs of its products, for the manual commands. */
    office: z.array(changeText).max(64).readonly().optional(),
  }),
  /** The product's LicenseStatus: 1 if licensed, 0 without a key; null if unknown. */
  stateSchema: z.strictObject({ status: z.number() }).nullable(),
  slot: ({ office }) => (office === undefined ? 'activation' : 'activation:office'),
  async readState(facts, { office }) {
    if (office !== undefined) return officeStatus(facts);
    return { status: (await facts.licence())?.status ?? 0 };
  },
  apply: (computer, { office }, _secrets, signal) =>
    computer.activate(office === undefined ? 'windows' : 'office', signal),
  isDone: (state) => state?.status === LICENSED,
  // Grace periods expire on their own.
  volatile: true,
  mayStartUnknown: true,
  title: ({ step, office }) => {
    if (office !== undefined) return { key: 'changes.activation.title-office' };
    return {
      key: step === undefined ? 'changes.activation.title' : `changes.activation.title-${step}`,
    };
  },
  manualSteps: ({ office }) => {
    if (office === undefined) return [slmgr('-ato')];
    const ids = office.length === 0 ? [''] : office;
    return ids.map((id) => slmgr('-ato', pasteableId(id)));
  },
  showBefore(state, { office }) {
    if (state === null) return { key: 'changes.activation.unknown' };
    return show(state.status === LICENSED ? 'activated' : 'notActivated', office);
  },
  showAfter: ({ office }) => show('activated', office),
  irreversibleReason: () => ({ key: 'changes.activation.noWayBack' }),
});
