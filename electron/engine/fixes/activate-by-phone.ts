import type { Facts } from '../facts/facts';
import type { Fix } from './plan';

/** Milliseconds that Windows may take to work out an installation id. */
const LIMIT_MS = 30_000;

/** The installation id to read out on the telephone, digits only; null when Windows gives none. */
export async function installationIdOf(facts: Facts): Promise<string | null> {
  const id = await facts.computer.installationId(AbortSignal.timeout(LIMIT_MS));
  return id !== null && /^\d+$/.test(id) ? id : null;
}

/** Activates with a confirmation id that was given on the telephone for this PC's installation id. */
export const activateByPhone: Fix<'activate-by-phone'> = {
  async plan({ values: { confirmationId }, facts }) {
    // slmgr.vbs asks Windows for it once more.
    const installationId = (await installationIdOf(facts)) ?? '';
    return { changes: [{ kind: 'phone-activation', installationId, confirmationId }] };
  },
};
