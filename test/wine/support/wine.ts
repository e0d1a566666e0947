/**
 * Wine for the tests: a dedicated prefix, a Windows build of Node in it, and the workarounds to run
 * it. On Windows, the same tests run natively.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import iconv from 'iconv-lite';
import { findProgram, windowsNode } from '../../../build/test-parts.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Incremented when the preparation changes. */
const PREPARED = 'prepared-5';

/**
 * Locale of Windows. Wine derives its code pages from the name, whether or not the system has the
 * locale.
 */
export type Locale = 'zh_TW.UTF-8' | 'C';

/** Source of the tests' slmgr, which is installed in the code page for scripts. */
const SLMGR = fileURLToPath(new URL('../fixtures/slmgr.vbs', import.meta.url));

/** Its message, with characters that have other codes in the console's code page. */
const SAYS: Readonly<Record<Locale, string>> = {
  'zh_TW.UTF-8':
    '\u91d1\u9470\u7ba1\u7406\u670d\u52d9\u96fb\u8166\u540d\u7a31\u5df2\u6210\u529f\u8a2d\u5b9a\u3002',
  C: '\u00e9t\u00e9 \u00bd',
};

const SERVICES = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';

/** Whether the tests run on Windows. */
export const native = process.platform === 'win32';

function wineTool(name: string, ...elsewhere: string[]): string {
  const found = findProgram(name, ...elsewhere);
  if (found === null) throw new Error(`${name} is not installed: sh build/install-test-parts.sh`);
  return found;
}

/** Result of a program under Wine. The exit code is null if it was killed. */
interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Wine with its own prefix, so that two can run in parallel. */
export class Wine {
  /** Folder of the bundled tests and their output. */
  readonly work: string;
  private readonly prefix: string;

  constructor(name: string) {
    this.work = join(root, `.cache/wine-suite-${name}`);
    this.prefix = join(root, `.cache/wine-prefix-${name}`);
  }

  /**
   * Runs a program in the prefix and waits up to `limitMs` for it to exit. Under load, a program
   * under Wine can wait indefinitely for a server that has exited. A program that times out is
   * therefore started once more, with a new server.
   *
   * Wine's node.exe can't write to a Linux pipe, so its output goes to files.
   */
  async run(
    args: readonly string[],
    locale: Locale,
    output: string,
    limitMs = 120_000,
  ): Promise<Ended> {
    const ended = await this.runOnce(args, locale, output, limitMs);
    if (ended.exitCode !== null) return ended;
    console.error(`${args[0]} did not end within ${limitMs / 1000} s under Wine; once more.`);
    return this.runOnce(args, locale, output, limitMs);
  }

  private async runOnce(
    args: readonly string[],
    locale: Locale,
    output: string,
    limitMs: number,
  ): Promise<Ended> {
    mkdirSync(dirname(output), { recursive: true });
    const out = openSync(`${output}.out`, 'w');
    const err = openSync(`${output}.err`, 'w');
    const child = native
      ? spawn(args[0]!, args.slice(1), { stdio: ['ignore', out, err], cwd: this.work })
      : spawn(wineTool('wine'), args, {
          cwd: this.work,
          env: this.environment(locale),
          stdio: ['ignore', out, err],
        });
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      this.stop();
    }, limitMs);
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    clearTimeout(limit);
    closeSync(out);
    closeSync(err);
    return {
      exitCode,
      stdout: readFileSync(`${output}.out`, 'utf8'),
      stderr: readFileSync(`${output}.err`, 'utf8'),
    };
  }

  /** Stops all of Wine in the prefix, which is required before a change of locale. */
  stop(): void {
    if (native) return;
    const server = wineTool('wineserver', '/usr/lib/wine/wineserver', '/usr/lib/wine/wineserver64');
    // SIGTERM first. `-w` would wait indefinitely for a server that doesn't exit, so SIGKILL
    // follows.
    for (const args of [['-k', '-w'], ['-k9']]) {
      try {
        execFileSync(server, args, {
          env: this.environment('C'),
          stdio: 'ignore',
          timeout: 30_000,
        });
        return;
      } catch {
        // There was no server, or it didn't exit in time.
      }
    }
  }

  /** Creates the prefix if it's missing, and installs the tests' slmgr. */
  async prepare(locale: Locale): Promise<void> {
    mkdirSync(this.work, { recursive: true });
    if (native) return;
    const prepared = join(this.prefix, PREPARED);
    if (!existsSync(prepared)) {
      await this.make(locale);
      if (!this.isKept()) await this.make(locale);
      writeFileSync(prepared, '');
    }
    const text = readFileSync(SLMGR, 'utf8')
      .replaceAll('\n', '\r\n')
      .replace('MESSAGE', SAYS[locale]);
    writeFileSync(
      join(this.prefix, 'drive_c/windows/system32/slmgr.vbs'),
      // Scripts are read in Windows' code page and print in the console's.
      iconv.encode(text, locale === 'C' ? 'cp1252' : 'big5'),
    );
  }

  private async make(locale: Locale): Promise<void> {
    await this.run(['wineboot', '-i'], locale, join(this.work, 'wineboot'));
    // A service that the service manager can start and stop, in place of the licensing service.
    const service = `${SERVICES}\\sppsvc`;
    const commands = [
      // The minimum for Node 22.
      ['HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10'],
      ['HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform'],
      ['HKLM\\SOFTWARE\\KmsDoctorTest'],
      [service, '/v', 'ImagePath', '/d', 'C:\\windows\\system32\\termsv.exe'],
      [service, '/v', 'ObjectName', '/d', 'LocalSystem'],
      [service, '/v', 'Type', '/t', 'REG_DWORD', '/d', '16'],
      [service, '/v', 'ErrorControl', '/t', 'REG_DWORD', '/d', '1'],
      [service, '/v', 'Start', '/t', 'REG_DWORD', '/d', '3'],
      // Keys that every Windows has and Wine lacks. A missing key would take a second query.
      [`${SERVICES}\\Tcpip6\\Parameters\\Interfaces\\{11111111-2222-3333-4444-555555555555}`],
      [`${SERVICES}\\Netlogon`, '/v', 'Start', '/t', 'REG_DWORD', '/d', '3'],
    ];
    for (const command of commands) {
      await this.run(['reg.exe', 'add', ...command, '/f'], locale, join(this.work, 'reg'));
    }
    // The service manager reads this at its next start. It exits shortly after the last program,
    // and a new program may fail to start it again during that time, so everything is stopped
    // first.
    this.stop();
  }

  /**
   * Whether the registry is on disk. A server that didn't exit in time was killed with unwritten
   * data.
   */
  private isKept(): boolean {
    return readFileSync(join(this.prefix, 'user.reg'), 'utf8').includes('"Version"="win10"');
  }

  private environment(locale: Locale): NodeJS.ProcessEnv {
    const kept: NodeJS.ProcessEnv = { ...process.env };
    // With a display, a message box would wait indefinitely.
    delete kept['DISPLAY'];
    delete kept['WAYLAND_DISPLAY'];
    delete kept['NODE_OPTIONS'];
    return {
      ...kept,
      LC_ALL: locale,
      WINEDEBUG: '-all',
      WINEDLLOVERRIDES: 'mscoree=;mshtml=',
      WINEPREFIX: this.prefix,
    };
  }
}

/** Path of the Windows build of Node. */
export const node = native ? process.execPath : windowsNode;

/** Returns the path of a Linux file for programs under Wine. */
export function windowsPath(path: string): string {
  return native ? path : `Z:${path.replaceAll('/', '\\')}`;
}
