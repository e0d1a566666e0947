/** The program's window as Windows knows it, for questions of Windows that belong to it. */
import { BrowserWindow } from 'electron';

/** The handle of the window in decimal digits; null while there is none. */
export function windowHandle(): string | null {
  const window = BrowserWindow.getAllWindows().find((one) => !one.isDestroyed());
  if (window === undefined) return null;
  // As wide as a pointer and signed, in the byte order of every processor that Windows runs on.
  const handle = window.getNativeWindowHandle();
  return String(handle.length === 8 ? handle.readBigInt64LE() : handle.readInt32LE());
}
