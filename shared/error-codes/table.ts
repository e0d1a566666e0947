/** The whole table of error codes, and the way into it. */
import { activationServerCodes } from './activation-server';
import { dnsCodes } from './dns';
import type { ErrorCode } from './entry';
import { keyCodes } from './keys';
import { kmsCodes } from './kms';
import { licenceCodes } from './licence';
import { networkCodes } from './network';
import { systemCodes } from './system';

/** Every code that is explained. */
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
