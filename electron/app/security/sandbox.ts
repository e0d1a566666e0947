/** Checklist item 4: every renderer runs in Chromium's sandbox, whatever its own settings are. */
import { app } from 'electron';

/** Enables the sandbox for all renderers. Must run before `ready`. */
export function sandboxEveryRenderer(): void {
  app.enableSandbox();
}
