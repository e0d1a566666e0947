/**
 * A native dialog in a process without a window. Without an owner, it could open behind the window it's about; an
 * always-on-top owner prevents that, and has a taskbar button.
 */
import { BaseWindow, type MessageBoxOptions, dialog } from 'electron';

let owner: BaseWindow | null = null;

/**
 * Shows a dialog in front of all windows.
 *
 * @returns index of the pressed button
 */
export async function showDialogOnTop(question: MessageBoxOptions): Promise<number> {
  owner ??= new BaseWindow({
    title: question.title ?? '',
    // It only owns the dialog, so it's invisible.
    width: 1,
    height: 1,
    frame: false,
    opacity: 0,
    hasShadow: false,
    show: false,
    alwaysOnTop: true,
    resizable: false,
    closable: false,
  });
  try {
    owner.show();
    owner.moveTop();
    owner.focus();
    // If Windows keeps the keyboard focus in another program, the taskbar button flashes.
    owner.flashFrame(true);
    return (await dialog.showMessageBox(owner, question)).response;
  } finally {
    // Hide instead of closing: Electron quits when its last window closes.
    owner.flashFrame(false);
    owner.hide();
  }
}
