/** The error codes of activation: how to find them in a text and how to write them. Their words: `./words`. */
export { ERROR_CODES_PAGE } from './entry';
export type { ErrorCode } from './entry';
export { findErrorCode, isErrorCodeText } from './find';
export { formatErrorCode } from './format';
export { mistypedCode, nearestErrorCode } from './nearest';
export { isFailureCode } from './severity';
export {
  ERROR_CODES,
  explainError,
  isFromKmsHost,
  isSettledByGoodPath,
  isVagueCode,
  verdictOfError,
} from './table';
