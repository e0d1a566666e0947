import { z } from 'zod';
import { accepted, refused, toDisplayText, type Parsed } from '@shared/host-input';
import { Unreadable } from '../computer';
import type { Facts } from '../facts/facts';
import { CONFIRMATION_GROUP_LENGTH, formatConfirmationId, inGroups } from '../parameter-readers';
import { required } from './parameters';
import { defineFix } from './plan';

/** Number of groups in a confirmation ID. */
const CONFIRMATION_GROUPS = 8;

/** Timeout in milliseconds for Windows to generate an installation ID. */
const LIMIT_MS = 30_000;

/** Formats an installation ID in groups for reading it out: nine groups, of seven digits each on current Windows. */
export function formatInstallationId(digits: string): string {
  return inGroups(digits, digits.length % 7 === 0 ? 7 : 6);
}

/** Returns the installation ID for phone activation, digits only; null if Windows has none or times out. */
async function installationIdOf(facts: Facts): Promise<string | null> {
  try {
    const id = await facts.computer.installationId(AbortSignal.timeout(LIMIT_MS));
    return id !== null && /^\d+$/.test(id) ? id : null;
  } catch (error) {
    if (error instanceof Unreadable || (error as Error).name === 'TimeoutError') return null;
    throw error;
  }
}

/** Activates with a confirmation ID that was obtained by phone for this PC's installation ID. */
export const activateByPhone = defineFix({
  parameters: z.strictObject({
    confirmationId: required('text', readConfirmationId, { show: formatConfirmationId }),
  }),
  async plan({ values: { confirmationId }, facts }) {
    // May be empty: slmgr.vbs queries it from Windows itself.
    const installationId = (await installationIdOf(facts)) ?? '';
    return { changes: [{ kind: 'phone-activation', installationId, confirmationId }] };
  },
  async readOut(facts) {
    const id = await installationIdOf(facts);
    if (id === null) return [];
    return [{ label: 'fixes.activate-by-phone.installationId', value: formatInstallationId(id) }];
  },
});

/** Reads a confirmation ID, validating it group by group, since that is how it's read out over the phone. */
function readConfirmationId(raw: unknown): Parsed<string> {
  const text = typeof raw === 'string' ? raw.normalize('NFKC').trim() : '';
  if (text === '') return refused('parameters.problems.confirmationIdMissing');
  const foreign = /[^\d\s\p{Pd}.]/u.exec(text)?.[0];
  if (foreign !== undefined) {
    return refused('parameters.problems.confirmationIdCharacter', {
      character: toDisplayText(foreign),
    });
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
