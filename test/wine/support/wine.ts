/**
 * Wine for the tests: a prefix of its own, a Windows build of Node in it, and what has to be known to run that.
 * On Windows the same tests run natively.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import iconv from 'iconv-lite';
import { program, windowsNode } from '../../../build/test-parts.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Bumped when what is prepared changes. */
const PREPARED = 'prepared-5';

/** A language of Windows: Wine takes its code pages from the name, whether the system has it or not. */
export type Locale = 'zh_TW.UTF-8' | 'C';

/** The tests' own slmgr, in the code page that scripts are read in. */
const SLMGR = fileURLToPath(new URL('../fixtures/slmgr.vbs', import.meta.url));

/** What it says, in letters that stand elsewhere in the code page of the console. */
const SAYS: Readonly<Record<Locale, string>> = {
  'zh_TW.UTF-8':
    '\u91d1\u9470\u7ba1\u7406\u670d\u52d9\u96fb\u8166\u540d\u7a31\u5df2\u6210\u529f\u8a2d\u5b9a\u3002',
  C: '\u00e9t\u00e9 \u00bd',
};

const SERVICES = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';

/** Whether the tests run on Windows itself. */
export const native = process.platform === 'win32';

function wineTool(name: string, ...elsewhere: string[]): string {
  const found = program(name, ...elsewhere);
  if (found === null) throw new Error(`${name} is not installed: sh build/install-test-parts.sh`);
  return found;
}

/** How a program of Wine ended; the exit code is null where it was ended. */
interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Wine of its own, in a prefix of its own: two of them run beside each other. */
export class Wine {
  /** Where the bundled tests and what they leave stand. */
  readonly work: string;
  private readonly prefix: string;

  constructor(name: string) {
    this.work = join(root, `.cache/wine-suite-${name}`);
    this.prefix = join(root, `.cache/wine-prefix-${name}`);
  }

  /**
   * Runs a program in the prefix and waits for its end, `limitMs` at most. Under load, a program of Wine can wait for
   * good for a server that has ended, so what does not end is started once more, in a Wine of its own.
   *
   * Wine's node.exe cannot write to a pipe of Linux, so both outputs go to files.
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

  /** Ends all of Wine in the prefix; a change of language needs it. */
  stop(): void {
    if (native) return;
    const server = wineTool('wineserver', '/usr/lib/wine/wineserver', '/usr/lib/wine/wineserver64');
    // SIGTERM first; a server that does not end on it would be waited for by `-w` for good.
    for (const args of [['-k', '-w'], ['-k9']]) {
      try {
        execFileSync(server, args, {
          env: this.environment('C'),
          stdio: 'ignore',
          timeout: 30_000,
        });
        return;
      } catch {
        // There was none, or it did not end in time.
      }
    }
  }

  /** Makes the prefix, if there is none, and puts the tests' slmgr into it. */
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
      // Scripts are read in the code page of Windows, and print in that of the console.
      iconv.encode(text, locale === 'C' ? 'cp1252' : 'big5'),
    );
  }

  private async make(locale: Locale): Promise<void> {
    await this.run(['wineboot', '-i'], locale, join(this.work, 'wineboot'));
    // Something that the service manager can start and stop; it stands in for the licensing service.
    const service = `${SERVICES}\\sppsvc`;
    const commands = [
      // Node 22 does not start on less.
      ['HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10'],
      ['HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform'],
      ['HKLM\\SOFTWARE\\KmsDoctorTest'],
      [service, '/v', 'ImagePath', '/d', 'C:\\windows\\system32\\termsv.exe'],
      [service, '/v', 'ObjectName', '/d', 'LocalSystem'],
      [service, '/v', 'Type', '/t', 'REG_DWORD', '/d', '16'],
      [service, '/v', 'ErrorControl', '/t', 'REG_DWORD', '/d', '1'],
      [service, '/v', 'Start', '/t', 'REG_DWORD', '/d', '3'],
      // What every Windows has and Wine lacks: what is not there has to be asked for twice.
      [`${SERVICES}\\Tcpip6\\Parameters\\Interfaces\\{11111111-2222-3333-4444-555555555555}`],
      [`${SERVICES}\\Netlogon`, '/v', 'Start', '/t', 'REG_DWORD', '/d', '3'],
    ];
    for (const command of commands) {
      await this.run(['reg.exe', 'add', ...command, '/f'], locale, join(this.work, 'reg'));
    }
    // The service manager learns of it at its next start. And it ends itself a moment after the last program has,
    // while a new one may not start it again: what comes next has to find none of it.
    this.stop();
  }

  /** Whether the registry is on the disk: a server that did not end in time was killed with what it had not written. */
  private isKept(): boolean {
    return readFileSync(join(this.prefix, 'user.reg'), 'utf8').includes('"Version"="win10"');
  }

  private environment(locale: Locale): NodeJS.ProcessEnv {
    const kept: NodeJS.ProcessEnv = { ...process.env };
    // With a display, a message box waits for somebody for good.
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

/** The Windows build of Node. */
export const node = native ? process.execPath : windowsNode;

/** A path of Linux as Wine has it. */
export function windowsPath(path: string): string {
  return native ? path : `Z:${path.replaceAll('/', '\\')}`;
}
