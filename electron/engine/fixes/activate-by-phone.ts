import { z } from 'zod';
import { accepted, refused, shown, type Parsed } from '@shared/host-input';
import { Unreadable } from '../computer';
import type { Facts } from '../facts/facts';
import { CONFIRMATION_GROUP_LENGTH, formatConfirmationId, inGroups } from '../parameter-readers';
import { required } from './parameters';
import { defineFix } from './plan';

/** Groups of a confirmation id. */
const CONFIRMATION_GROUPS = 8;

/** Milliseconds that Windows may take to work out an installation id. */
const LIMIT_MS = 30_000;

/** The installation id in the groups in which it is read out: nine of them, seven digits each on today's Windows. */
export function formatInstallationId(digits: string): string {
  return inGroups(digits, digits.length % 7 === 0 ? 7 : 6);
}

/** The installation id to read out on the telephone, digits only; null when Windows gives none, or not in time. */
async function installationIdOf(facts: Facts): Promise<string | null> {
  try {
    const id = await facts.computer.installationId(AbortSignal.timeout(LIMIT_MS));
    return id !== null && /^\d+$/.test(id) ? id : null;
  } catch (error) {
    if (error instanceof Unreadable || (error as Error).name === 'TimeoutError') return null;
    throw error;
  }
}

/** Activates with a confirmation id that was given on the telephone for this PC's installation id. */
export const activateByPhone = defineFix({
  parameters: z.strictObject({
    confirmationId: required('text', readConfirmationId, { show: formatConfirmationId }),
  }),
  async plan({ values: { confirmationId }, facts }) {
    // slmgr.vbs asks Windows for it once more.
    const installationId = (await installationIdOf(facts)) ?? '';
    return { changes: [{ kind: 'phone-activation', installationId, confirmationId }] };
  },
  async readOut(facts) {
    const id = await installationIdOf(facts);
    if (id === null) return [];
    return [{ label: 'fixes.activate-by-phone.installationId', value: formatInstallationId(id) }];
  },
});

/** A confirmation id, group by group: read to somebody over the telephone, it is checked the same way. */
function readConfirmationId(raw: unknown): Parsed<string> {
  const text = typeof raw === 'string' ? raw.normalize('NFKC').trim() : '';
  if (text === '') return refused('parameters.problems.confirmationIdMissing');
  const foreign = /[^\d\s\p{Pd}.]/u.exec(text)?.[0];
  if (foreign !== undefined) {
    return refused('parameters.problems.confirmationIdCharacter', { character: shown(foreign) });
  }
  const groups = text.split(/[^\d]+/).filter((group) => group !== '');
  const isGrouped = groups.length > 1;
  const wrong = groups.findIndex((group) => group.length !== CONFIRMATION_GROUP_LENGTH);
  if (isGrouped && wrong >= 0) {
    return refused('parameters.problems.confirmationIdGroup', {
      group: wrong + 1,
      length: groups[wrong]?.length ?? 0,
    });
  }
  const digits = groups.join('');
  return digits.length === CONFIRMATION_GROUPS * CONFIRMATION_GROUP_LENGTH
    ? accepted(digits)
    : refused('parameters.problems.confirmationIdLength', { length: digits.length });
}
