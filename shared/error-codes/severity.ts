/** Whether an unsigned code is a failure, which its highest bit indicates (MS-ERREF §2.1). */
export function isFailureCode(code: number): boolean {
  return code >= 0x8000_0000;
}
