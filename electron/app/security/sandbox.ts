/** Checklist item 4: every renderer runs in Chromium's sandbox, whatever its own settings say. */
import { app } from 'electron';

/** Must run before `ready`. */
export function sandboxEveryRenderer(): void {
  app.enableSandbox();
}
