/** Whether an unsigned code tells of a failure: its highest bit says so (MS-ERREF §2.1). */
export function isFailureCode(code: number): boolean {
  return code >= 0x8000_0000;
}
