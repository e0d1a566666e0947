/** A code as Windows writes it: `0x` and eight upper-case hex digits. Takes signed and unsigned numbers. */
export function formatErrorCode(code: number): string {
  return `0x${(code >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}
