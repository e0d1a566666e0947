/** The error codes of activation: what they mean, how to find them in a text, how to write them. */
export { ERROR_CODES_PAGE, errorWords } from './entry';
export type { ErrorCode, ErrorHex, ErrorWords } from './entry';
export { findErrorCode, isErrorCodeText } from './find';
export type { FoundErrorCode } from './find';
export { formatErrorCode } from './format';
export { ERROR_CODES, explainError } from './table';
