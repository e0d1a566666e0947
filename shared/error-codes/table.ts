/** The complete table of error codes, and its lookup functions. */
import type { VerdictCode } from '../catalog';
import { activationServerCodes } from './activation-server';
import { dnsCodes } from './dns';
import type { ErrorCode } from './entry';
import { keyCodes } from './keys';
import { kmsCodes } from './kms';
import { licenseCodes } from './license';
import { networkCodes } from './network';
import { isFailureCode } from './severity';
import { systemCodes } from './system';

/** Every explained code; similar codes are listed most common first. */
export const ERROR_CODES: readonly ErrorCode[] = [
  ...kmsCodes,
  ...dnsCodes,
  ...networkCodes,
  ...keyCodes,
  ...activationServerCodes,
  ...licenseCodes,
  ...systemCodes,
];

const byCode = new Map(ERROR_CODES.map((known) => [known.code, known]));

/** Returns the explanation of a code, signed or unsigned; undefined if it is unknown. */
export function explainError(code: number): ErrorCode | undefined {
  return byCode.get(code >>> 0);
}

/** Returns the verdict that a code alone causes as the last error; null if it causes none. */
export function verdictOfError(code: number | null): VerdictCode | null {
  return code === null ? null : (explainError(code)?.verdict ?? null);
}

/** Whether a code is a KMS host's own response. */
export function isFromKmsHost(code: number): boolean {
  return explainError(code)?.fromKmsHost === true;
}

/** Whether a code is resolved once a KMS host answers. */
export function isResolvedByHealthyPath(code: number): boolean {
  return isVagueCode(code) || explainError(code)?.settledByGoodPath === true;
}

/**
 * Whether a code names no cause. Informational codes name none: Windows gives a healthy volume license the reason
 * 0x4004F040, a digital one 0x4004F401 and a grace period 0x4004F00C.
 */
export function isVagueCode(code: number): boolean {
  return !isFailureCode(code) || explainError(code)?.vague === true;
}
