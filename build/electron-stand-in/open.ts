/**
 * Opens the built program for the user without an Electron runtime: in a Chromium window, with Chromium's own dialogs
 * as the native ones. Loaded by `build/start.mjs`.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { chromiumPath, hasDisplay, startChromium } from './chromium';
import { buttonFor, type DialogReply, type DialogRequest, type Handoff } from './contract';
import { StandIn } from './driver';
import { ROOT, bundleMainHalf } from './main-half';

/** Returns what is missing to open a window on this machine; null if nothing is. */
export function missingForWindow(): 'display' | 'chromium' | null {
  if (!hasDisplay()) return 'display';
  return chromiumPath(false) === null ? 'chromium' : null;
}

/**
 * Opens the window of the built program and waits until it is closed.
 *
 * @returns the program's exit code
 */
export async function openInChromium(args: readonly string[]): Promise<number> {
  const browser = await startChromium(false);
  const program = new StandIn(browser, {
    main: join(ROOT, 'dist/main/main.js'),
    mainSide: await bundleMainHalf(),
    args,
    surroundings: {
      languages: [Intl.DateTimeFormat().resolvedOptions().locale],
      dark: false,
      packaged: false,
      home: configurationFolder(),
    },
    // The page is as large as the Chromium window, and follows its theme.
    context: { viewport: null, colorScheme: null, forcedColors: null, reducedMotion: null },
    showDialog,
    handOut,
  });
  const end = (): void => void program.close();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  process.once('disconnect', end);
  const code = await program.exited;
  await browser.close();
  if (code !== 0) process.stderr.write(program.output);
  return code ?? 0;
}

function configurationFolder(): string {
  const { APPDATA, XDG_CONFIG_HOME } = process.env;
  return APPDATA ?? XDG_CONFIG_HOME ?? join(homedir(), '.config');
}

/** Shows native dialogs as Chromium's own, which no page can fake or click. */
async function showDialog(dialog: DialogRequest, page: Page | null): Promise<DialogReply> {
  // With a listener, Playwright leaves the dialog to the user.
  page?.once('dialog', () => undefined);
  if (dialog.kind === 'message') {
    const text = [dialog.message, dialog.detail, `[${dialog.buttons.join('] [')}]`];
    const isYes = await page?.evaluate((said) => confirm(said), text.join('\n\n'));
    return { button: buttonFor(dialog, isYes === true ? 'yes' : 'cancel') };
  }
  if (dialog.kind === 'error') {
    process.stderr.write(`${dialog.title}\n${dialog.content}\n`);
    return { seen: true };
  }
  const path = await page?.evaluate(
    ([title, suggested]) => prompt(title, suggested),
    [dialog.title, dialog.suggested],
  );
  return { path: path === undefined || path === '' ? null : path };
}

/** Prints links and files to the terminal, because Chromium can't open them on the desktop. */
async function handOut({ to, value }: Handoff, page: Page | null): Promise<void> {
  if (to !== 'clipboard') {
    process.stdout.write(`${value}\n`);
    return;
  }
  await page?.evaluate((text) => {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor needs a permission that pages lack here
    document.execCommand('copy');
    field.remove();
  }, value);
}
