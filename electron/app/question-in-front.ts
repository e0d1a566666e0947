/**
 * A native question of a process that has no window. Without one it may open behind the window that it is about;
 * with an owner that is always on top it cannot, and the owner has a button in the task bar.
 */
import { BaseWindow, type MessageBoxOptions, dialog } from 'electron';

let owner: BaseWindow | null = null;

/**
 * Asks, in front of everything.
 *
 * @returns index of the button that was pressed
 */
export async function askInFront(question: MessageBoxOptions): Promise<number> {
  owner ??= new BaseWindow({
    title: question.title ?? '',
    // It is there to own the question: nothing of it is seen.
    ...{ width: 1, height: 1, frame: false, opacity: 0, hasShadow: false, show: false },
    ...{ alwaysOnTop: true, resizable: false, closable: false },
  });
  try {
    owner.show();
    owner.moveTop();
    owner.focus();
    // Where Windows leaves the keyboard to another program, the task bar says so.
    owner.flashFrame(true);
    return (await dialog.showMessageBox(owner, question)).response;
  } finally {
    // Hidden, not closed: a program whose last window closes ends.
    owner.flashFrame(false);
    owner.hide();
  }
}
