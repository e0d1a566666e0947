/** Runs the same program in real Electron, if its runtime is installed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import { _electron } from 'playwright';
import { type LaunchOptions, type Started, cssViewport, mediaOf } from './launch';
import { ROOT } from './main-half';

/** Returns the packaged program of the flavor for specs, if one is configured; it runs without a checkout. */
const packed = (): string | undefined => process.env['KMS_DOCTOR_PACKED'];

/** Returns the path of that program or of an installed Electron runtime; null without one. Never starts a download. */
export function electronRuntime(): string | null {
  const named = packed();
  if (named !== undefined) return named;
  const dist =
    process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(ROOT, 'node_modules/electron/dist');
  const nameFile = join(ROOT, 'node_modules/electron/path.txt');
  const name = existsSync(nameFile)
    ? readFileSync(nameFile, 'utf8')
    : process.platform === 'win32'
      ? 'electron.exe'
      : 'electron';
  const path = join(dist, name);
  return existsSync(path) ? path : null;
}

/** State that specs keep in the main process of real Electron in place of its native dialogs. */
interface Person {
  says: 'yes' | 'cancel';
  path: string | null;
  shown: { kind: string; [property: string]: unknown }[];
  handedOut: { to: string; value: string }[];
}

/** Runs in the main process: replaces dialogs, shell and clipboard with answers set by the spec, and records calls. */
function standInForPerson({ dialog, shell, clipboard }: typeof Electron.CrossProcessExports): void {
  const person: Person = { says: 'cancel', path: null, shown: [], handedOut: [] };
  (globalThis as { specPerson?: Person }).specPerson = person;
  const last = <T>(args: readonly unknown[]): T => args.at(-1) as T;
  dialog.showMessageBox = async (...args: readonly unknown[]) => {
    const { message, detail, buttons, cancelId, defaultId } =
      last<Electron.MessageBoxOptions>(args);
    person.shown.push({ kind: 'message', message, detail, buttons, cancelId, defaultId });
    const yes = (buttons ?? ['OK']).findIndex((_label, index) => index !== (cancelId ?? 0));
    const response = person.says === 'yes' && yes >= 0 ? yes : (cancelId ?? 0);
    return { response, checkboxChecked: false };
  };
  dialog.showOpenDialog = async (...args: readonly unknown[]) => {
    const { title, defaultPath } = last<Electron.OpenDialogOptions>(args);
    person.shown.push({ kind: 'open', title, suggested: defaultPath });
    const { path } = person;
    return { canceled: path === null, filePaths: path === null ? [] : [path] };
  };
  dialog.showSaveDialog = async (...args: readonly unknown[]) => {
    const { title, defaultPath } = last<Electron.SaveDialogOptions>(args);
    person.shown.push({ kind: 'save', title, suggested: defaultPath });
    return { canceled: person.path === null, filePath: person.path ?? '' };
  };
  dialog.showErrorBox = (title, content) => {
    person.shown.push({ kind: 'error', title, content });
  };
  shell.openExternal = async (value) => {
    person.handedOut.push({ to: 'browser', value });
  };
  shell.openPath = async (value) => {
    person.handedOut.push({ to: 'shell', value });
    return '';
  };
  clipboard.writeText = async (value) => {
    person.handedOut.push({ to: 'clipboard', value });
  };
}

/** Starts it through Playwright; the spec answers and records native dialogs, shell and clipboard. */
export async function launchElectron(
  executablePath: string,
  options: LaunchOptions & { readonly args: readonly string[] },
): Promise<Started> {
  const isRoot = process.getuid?.() === 0;
  const program = await _electron.launch({
    executablePath,
    cwd: ROOT,
    args: [
      ...(isRoot ? ['--no-sandbox'] : []),
      `--lang=${options.language ?? 'en-US'}`,
      `--force-device-scale-factor=${String(options.scale ?? 1)}`,
      ...(packed() === undefined ? [ROOT] : []),
      ...options.args,
    ],
    colorScheme: options.colorScheme ?? 'light',
  });
  let output = '';
  const child = program.process();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  await program.evaluate(standInForPerson);
  const tell = (change: Partial<Pick<Person, 'says' | 'path'>>): Promise<void> =>
    program.evaluate((_electronModule, said) => {
      Object.assign((globalThis as { specPerson?: Person }).specPerson ?? {}, said);
    }, change);
  const ask = <K extends 'shown' | 'handedOut'>(what: K): Promise<Person[K]> =>
    program.evaluate(
      (_electronModule, name) => (globalThis as { specPerson?: Person }).specPerson?.[name] ?? [],
      what,
    ) as Promise<Person[K]>;

  const escapes: string[] = [];
  program.context().on('request', (request) => {
    if (/^(https?|wss?|ftp):/.test(request.url())) escapes.push(request.url());
  });
  const firstPage = program.firstWindow().then(async (page) => {
    await page.emulateMedia(mediaOf(options));
    const size = cssViewport(options);
    if (size !== null) {
      const window = await program.browserWindow(page);
      await window.evaluate((shown: BrowserWindow, to) => {
        shown.setContentSize(to.width, to.height);
      }, size);
    }
    return page;
  });
  return {
    firstPage,
    dialogs: {
      answer: (says) => tell({ says }),
      choose: (path) => tell({ path }),
      shown: async () =>
        (await ask('shown')) as unknown as Awaited<ReturnType<Started['dialogs']['shown']>>,
    },
    app: {
      runtime: 'electron',
      clickMenu: (id) =>
        program.evaluate(({ Menu }, wanted) => {
          const item = Menu.getApplicationMenu()?.getMenuItemById(wanted);
          if (!item?.enabled) return false;
          (item.click as () => void)();
          return true;
        }, id),
      handedOut: () => ask('handedOut'),
      escapes: () => escapes,
      exited: new Promise((done) => {
        child.once('exit', (code) => {
          done(code);
        });
      }),
      output: () => output,
      standIn: null,
    },
    close: () => program.close(),
  };
}
