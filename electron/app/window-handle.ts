/** The native handle of the program's window, to make Windows dialogs belong to it. */
import { BrowserWindow } from 'electron';

/** Returns the window's handle in decimal; null if there's no window. */
export function windowHandle(): string | null {
  const window = BrowserWindow.getAllWindows().find((one) => !one.isDestroyed());
  if (window === undefined) return null;
  // Signed and as wide as a pointer; little-endian on every processor that Windows supports.
  const handle = window.getNativeWindowHandle();
  return String(handle.length === 8 ? handle.readBigInt64LE() : handle.readInt32LE());
}
