/** Activation error codes: finding them in a text and formatting them. Their message keys are in `./words`. */
export type { ErrorCode } from './entry';
export { findErrorCode } from './find';
export { formatErrorCode } from './format';
export { mistypedCode, nearestErrorCode } from './nearest';
export { ERROR_CODES_PAGE } from './pages';
export { isFailureCode } from './severity';
export {
  ERROR_CODES,
  explainError,
  isFromKmsHost,
  isResolvedByHealthyPath,
  isVagueCode,
  verdictOfError,
} from './table';
