/** How the app starts, exits, fails, and restores its state. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import './bridge';
import { launch, start, type LaunchOptions } from '../../build/electron-stand-in/launch';
import { ROOT } from '../../build/electron-stand-in/main-half';

/** Timeout for a busy machine. */
const SOON = { timeout: 15_000 };

const open: { close(): Promise<void> }[] = [];
const folders: string[] = [];

async function opened(options: LaunchOptions = {}) {
  const program = await launch({ reducedMotion: true, ...options });
  open.push(program);
  return program;
}

/** Starts the app and waits until it exits. */
async function ended(options: LaunchOptions) {
  const program = await start(options);
  open.push(program);
  const code = await program.app.exited;
  return { code, output: program.app.output(), dialogs: await program.dialogs.shown() };
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'kms-doctor-'));
  folders.push(made);
  return made;
}

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const program of open.splice(0)) await program.close();
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

const CASE = join(import.meta.dirname, '../../electron/app/cases/srv-record-missing.json');

describe('command-line arguments', () => {
  it('are refused in the installed app, before anything opens, if they are Chromium switches', async () => {
    const { code, output } = await ended({
      args: ['--remote-debugging-port=0'],
      standIn: { packaged: true },
    });
    expect(code).toBe(64);
    expect(output).toContain('does not take the argument --remote-debugging-port=0');
  });

  it('open a simulated PC', async () => {
    const { page, app } = await opened({ args: ['--scenario', CASE], standIn: {} });
    const { source } = await page.evaluate(() => window.kmsDoctor.request['app:info']({}));
    expect(source).toEqual({ kind: 'scenario', title: 'No KMS record in DNS' });
    const { windows } = await app.standIn!.happen.settings();
    expect(windows[0]?.title).toBe('KMS Doctor – simulated PC');
  });

  it.each([
    ['a missing file', null, "can't be read (ENOENT)"],
    ['invalid JSON', '{', "isn't a JSON file"],
    ['another schema', '{"schema":"x"}', "isn't a KMS Doctor report or simulated PC"],
    ['an invalid scenario', '{"schema":"kms-doctor/scenario@1","x":1}', 'x'],
  ])('report the problem with a scenario file: %s', async (_name, text, said) => {
    const file = join(folder(), 'given.json');
    if (text !== null) writeFileSync(file, text);
    const { code, dialogs } = await ended({ args: ['--scenario', file], standIn: {} });
    expect(code).toBe(64);
    expect(dialogs).toHaveLength(1);
    expect(dialogs[0]?.kind === 'error' && dialogs[0].content).toContain(said);
  });
});

describe('the self-test', () => {
  it('runs a diagnosis of a simulated PC in a hidden page, and exits with 0', async () => {
    const { code, output, dialogs } = await ended({
      args: ['--self-test'],
      standIn: { packaged: true, bare: true },
    });
    expect(output).toContain('window: ok\nsandbox: ok\nfiles: ok\n');
    expect(code).toBe(0);
    expect(dialogs).toEqual([]);
  });

  it('names missing files, and exits with 1', async () => {
    const program = folder();
    const damaged = join(program, 'dist');
    cpSync(process.env['KMS_DOCTOR_DIST'] ?? join(ROOT, 'dist'), damaged, { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(program, 'package.json'));
    rmSync(join(damaged, 'resources/serve.ps1'));
    vi.stubEnv('KMS_DOCTOR_DIST', damaged);
    const { code, output, dialogs } = await ended({
      args: ['--self-test'],
      standIn: { packaged: true, bare: true },
    });
    expect(output).toMatch(/^window: ok\nsandbox: ok\nfiles: failed \(ENOENT.*serve\.ps1/m);
    expect(dialogs).toEqual([]);
    expect(code).toBe(1);
  });
});

describe('a second instance', () => {
  it('exits, and the first one stays open', async () => {
    const dataDir = folder();
    const first = await opened({ dataDir, standIn: {} });
    const { code } = await ended({ dataDir, standIn: {} });
    expect(code).toBe(0);
    await first.app.standIn!.happen.secondInstance({ argv: ['--scenario', CASE], data: null });
    const { source } = await first.page.evaluate(() => window.kmsDoctor.request['app:info']({}));
    expect(source.kind).not.toBe('scenario');
  });
});

describe('the language', () => {
  it('is the system’s at first, and then the selected one', async () => {
    const dataDir = folder();
    const language = async (system: string) => {
      const program = await opened({ dataDir, language: system });
      const info = await program.page.evaluate(() => window.kmsDoctor.request['app:info']({}));
      return { program, language: info.language };
    };
    const chinese = await language('zh-TW');
    expect(chinese.language).toBe('zh-TW');
    await chinese.program.close();
    const german = await language('de-DE');
    expect(german.language).toBe('en');
    await german.program.page.evaluate(() =>
      window.kmsDoctor.request['app:set-language']({ language: 'zh-TW' }),
    );
    await german.program.close();
    expect((await language('de-DE')).language).toBe('zh-TW');
  });
});

describe('the menu', () => {
  it('sends commands to the window, and opens the log and links', async () => {
    const { page, app } = await opened({ args: ['--scenario', CASE] });
    const commands = page.evaluate(
      () =>
        new Promise<string>((done) => {
          window.kmsDoctor.on['app:command'](done);
        }),
    );
    await expect.poll(() => app.clickMenu('diagnose'), SOON).toBe(true);
    expect(await commands).toBe('diagnose');
    await app.clickMenu('open-log');
    await app.clickMenu('error-codes');
    await expect
      .poll(async () => (await app.handedOut()).map(({ to, value }) => [to, value.slice(-8)]), SOON)
      .toEqual([
        ['shell', 'main.log'],
        ['browser', 'or-codes'],
      ]);
    expect(await app.clickMenu('no-such-item')).toBe(false);
  });
});

describe('failures', () => {
  it.each(['exception', 'rejection'] as const)(
    'show one dialog and exit after an %s in the main process',
    async (how) => {
      const { app, dialogs, dataDir } = await opened({ standIn: {} });
      const { happen } = app.standIn!;
      await Promise.all([happen.fail(how), happen.fail(how), happen.fail(how)]);
      expect(await app.exited).toBe(70);
      const shown = await dialogs.shown();
      expect(shown).toHaveLength(1);
      expect(shown[0]).toMatchObject({ kind: 'error', title: 'KMS Doctor' });
      expect(readFileSync(join(dataDir, 'logs/main.log'), 'utf8')).toContain('planted by a spec');
    },
  );

  it('offer to restart the page if its process crashes', async () => {
    const { page, app, dialogs } = await opened({ standIn: {} });
    await dialogs.answer('yes');
    const tools = await page.context().newCDPSession(page);
    void tools.send('Page.crash').catch(() => undefined);
    await expect.poll(async () => (await dialogs.shown()).length, SOON).toBe(1);
    expect((await dialogs.shown())[0]).toMatchObject({
      message: 'The window stopped working',
      buttons: ['Restart', 'Quit'],
    });
    await expect
      .poll(
        () =>
          app
            .standIn!.pages()[0]!
            .evaluate(() => typeof window.kmsDoctor)
            .catch(() => ''),
        SOON,
      )
      .toBe('object');
  });
});
