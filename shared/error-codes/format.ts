/** Formats a code as Windows does: `0x` and eight uppercase hex digits. Accepts signed and unsigned numbers. */
export function formatErrorCode(code: number): string {
  return `0x${(code >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}
