/** The whole table of error codes, and the way into it. */
import type { VerdictCode } from '../catalogue';
import { activationServerCodes } from './activation-server';
import { dnsCodes } from './dns';
import type { ErrorCode } from './entry';
import { keyCodes } from './keys';
import { kmsCodes } from './kms';
import { licenceCodes } from './licence';
import { networkCodes } from './network';
import { isFailureCode } from './severity';
import { systemCodes } from './system';

/** Every code that is explained; among neighbors, those that are met most stand first. */
export const ERROR_CODES: readonly ErrorCode[] = [
  ...kmsCodes,
  ...dnsCodes,
  ...networkCodes,
  ...keyCodes,
  ...activationServerCodes,
  ...licenceCodes,
  ...systemCodes,
];

const byCode = new Map(ERROR_CODES.map((known) => [known.code, known]));

/** The explanation of a code, signed or unsigned; undefined where it is not known. */
export function explainError(code: number): ErrorCode | undefined {
  return byCode.get(code >>> 0);
}

/** The verdict that a code alone brings about as the last error; null where it brings about none. */
export function verdictOfError(code: number | null): VerdictCode | null {
  return code === null ? null : (explainError(code)?.verdict ?? null);
}

/** Whether a code is a KMS host's own answer. */
export function isFromKmsHost(code: number): boolean {
  return explainError(code)?.fromKmsHost === true;
}

/** Whether a code says no more than what a KMS host that answers now has settled. */
export function isSettledByGoodPath(code: number): boolean {
  return isVagueCode(code) || explainError(code)?.settledByGoodPath === true;
}

/**
 * Whether a code names no cause. One that only informs does not: Windows gives a healthy volume licence the reason
 * 0x4004F040, a digital one 0x4004F401 and a grace 0x4004F00C.
 */
export function isVagueCode(code: number): boolean {
  return !isFailureCode(code) || explainError(code)?.vague === true;
}
