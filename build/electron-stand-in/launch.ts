/**
 * Starts the built program for a spec: in Electron if its runtime is installed, otherwise under the stand-in. Prints
 * which one it is. Downloads nothing.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { sharedChromium } from './chromium';
import { buttonFor, type DialogRequest } from './contract';
import { StandIn, type StandInFeatures } from './driver';
import { ROOT, bundleMainHalf } from './main-half';
import { electronRuntime, launchElectron } from './real-electron';

/** Options for starting the program. */
export interface LaunchOptions {
  /** The program's own arguments, e.g. `['--scenario', file]`. */
  readonly args?: readonly string[];
  /** System language as a BCP 47 tag; defaults to English. */
  readonly language?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly forcedColors?: boolean;
  /** Size of the page in device pixels at 100%; defaults to the window's own size. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Display scale: 1.5 is 150% in Windows, where the same window holds fewer CSS pixels. */
  readonly scale?: number;
  /** Folder for journal, settings and profile; defaults to a new one that `close` removes. */
  readonly dataDir?: string;
  readonly reducedMotion?: boolean;
  /** Features of the stand-in. If set, the stand-in is used even if Electron is installed. */
  readonly standIn?: StandInFeatures & {
    /** Whether the program believes it is the installed one. */
    readonly packaged?: boolean;
    /** Passes only the given arguments, without a data folder. */
    readonly bare?: boolean;
    /** Makes Chromium ignore the Content-Security-Policy, to test the protection that remains without it. */
    readonly withoutCsp?: boolean;
  };
}

/** Controls how native dialogs are answered. */
export interface Dialogs {
  /** Sets the answer to message boxes from now on; initially `cancel`. */
  answer(how: 'yes' | 'cancel'): Promise<void>;
  /** Sets the result of file dialogs from now on; null cancels, which is the initial state. */
  choose(path: string | null): Promise<void>;
  /** Returns all native dialogs so far. */
  shown(): Promise<readonly DialogRequest[]>;
}

/** The parts of the main process that specs can reach. */
export interface AppControl {
  readonly runtime: 'electron' | 'stand-in';
  /** Clicks an item of the application menu; false if there is no such item or it is disabled. */
  clickMenu(id: string): Promise<boolean>;
  /** Returns what was handed to the browser (links), the shell (files) and the clipboard, in order. */
  handedOut(): Promise<readonly { readonly to: string; readonly value: string }[]>;
  /** URLs of requests that left the program's own origin. */
  escapes(): readonly string[];
  /** Exit code, once the program exits; null if a signal killed it. */
  readonly exited: Promise<number | null>;
  /** Returns everything the main process has printed. */
  output(): string;
  /** Gives access to the stand-in's internals; null in Electron. */
  readonly standIn: StandIn | null;
}

/** A started program, which may not have a window yet. */
export interface Started {
  readonly firstPage: Promise<Page>;
  readonly dialogs: Dialogs;
  readonly app: AppControl;
  /** Closes the program, and removes the data folder if `launch` created it. */
  close(): Promise<void>;
}

/** A started program with its window. */
export interface Launched extends Omit<Started, 'firstPage'> {
  readonly page: Page;
  readonly dataDir: string;
}

let mainHalf: Promise<string> | null = null;
let announced = false;

/** Starts the program and waits for its window. */
export async function launch(options: LaunchOptions = {}): Promise<Launched> {
  const started = await start(options);
  const ended = started.app.exited.then((code) => {
    throw new Error(`The program ended with ${String(code)}:\n${started.app.output()}`);
  });
  ended.catch(() => undefined);
  const page = await Promise.race([started.firstPage, ended]);
  await page.waitForLoadState('domcontentloaded');
  return { ...started, page };
}

/** Starts the program without waiting for a window, for arguments that it rejects. */
export async function start(
  options: LaunchOptions,
): Promise<Started & { readonly dataDir: string }> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'kms-doctor-'));
  const electron = options.standIn === undefined ? electronRuntime() : null;
  if (!announced) {
    announced = true;
    // Not to stdout, which a script may use for a document.
    process.stderr.write(
      electron === null
        ? 'window: Chromium under the Electron stand-in (no Electron runtime installed)\n'
        : `window: Electron (${electron})\n`,
    );
  }
  const named = options.standIn?.bare === true ? [] : ['--data-dir', dataDir];
  const full = { ...options, dataDir, args: [...(options.args ?? []), ...named] };
  const started = await (electron === null ? startStandIn(full) : launchElectron(electron, full));
  return {
    ...started,
    dataDir,
    close: async () => {
      await started.close();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Returns the page's size in CSS pixels, which shrinks as the scale grows. */
export function cssViewport(options: LaunchOptions): NonNullable<LaunchOptions['viewport']> | null {
  if (options.viewport === undefined) return null;
  const scale = options.scale ?? 1;
  return {
    width: Math.round(options.viewport.width / scale),
    height: Math.round(options.viewport.height / scale),
  };
}

/** Returns the media features of the page as Playwright emulates them. */
export function mediaOf(options: LaunchOptions) {
  return {
    colorScheme: options.colorScheme ?? 'light',
    forcedColors: options.forcedColors === true ? 'active' : 'none',
    reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
  } as const;
}

async function startStandIn(
  options: LaunchOptions & { readonly args: readonly string[]; readonly dataDir: string },
): Promise<Started> {
  const { packaged = false, withoutCsp = false, ...features } = options.standIn ?? {};
  const main = join(process.env['KMS_DOCTOR_DIST'] ?? join(ROOT, 'dist'), 'main/main.js');
  if (!existsSync(main)) throw new Error('The program is not built. Run: npm run build');
  mainHalf ??= bundleMainHalf();
  const language = options.language ?? 'en-US';
  const shown: DialogRequest[] = [];
  const person = { says: 'cancel' as 'yes' | 'cancel', path: null as string | null };
  const viewport = cssViewport(options);

  const running = new StandIn(await sharedChromium(), {
    main,
    mainSide: await mainHalf,
    args: options.args,
    surroundings: {
      languages: [language],
      dark: options.colorScheme === 'dark',
      packaged,
      home: options.dataDir,
    },
    context: {
      ...(viewport !== null && { viewport }),
      locale: language,
      ...mediaOf(options),
      deviceScaleFactor: options.scale ?? 1,
      bypassCSP: withoutCsp,
    },
    showDialog: async (dialog) => {
      shown.push(dialog);
      if (dialog.kind === 'message') return { button: buttonFor(dialog, person.says) };
      return dialog.kind === 'error' ? { seen: true } : { path: person.path };
    },
    ...features,
  });

  return {
    firstPage: running.firstPage,
    dialogs: {
      answer: async (how) => {
        person.says = how;
      },
      choose: async (path) => {
        person.path = path;
      },
      shown: async () => [...shown],
    },
    app: {
      runtime: 'stand-in',
      clickMenu: (id) => running.happen.clickMenu({ id }),
      handedOut: async () => [...running.handedOut],
      escapes: () => running.escapes,
      exited: running.exited,
      output: () => running.output,
      standIn: running,
    },
    close: () => running.close(),
  };
}

export { closeChromium } from './chromium';
