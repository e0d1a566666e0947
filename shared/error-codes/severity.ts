/** How much an error code says. Codes are unsigned HRESULTs. */

/** Failures that say no more than "not activated": another code beside one of them tells more. */
const VAGUE_FAILURES: ReadonlySet<number> = new Set([
  0xc004f009, 0xc004f034, 0xc004f056, 0xc004f200, 0xc004f074, 0x80004005,
]);

/** Whether a code tells of a failure: its highest bit says so (MS-ERREF §2.1). */
export function isFailureCode(code: number): boolean {
  return code >= 0x8000_0000;
}

/**
 * Whether a code names no cause. One that only informs does not: Windows gives a healthy volume licence the reason
 * 0x4004F040, a digital one 0x4004F401 and a grace 0x4004F00C.
 */
export function isVagueCode(code: number): boolean {
  return !isFailureCode(code) || VAGUE_FAILURES.has(code);
}
