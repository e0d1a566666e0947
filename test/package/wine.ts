/**
 * Windows programs under Wine, in a prefix of their own; on Windows, as they are. Their output goes into files: pipes
 * of Linux break Wine's.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether the tests run on Windows itself. */
export const native = process.platform === 'win32';

/**
 * A prefix, made with the first object and stopped by {@link Wine.end}. It stays for the next run: to make one takes
 * longer than most that is done in it.
 */
export class Wine {
  readonly #environment: NodeJS.ProcessEnv;

  /** There once the prefix is whole and on the disk. */
  readonly #kept: string;

  /** @param folder of the prefix; it is made */
  constructor(private readonly folder: string) {
    this.#environment = {
      ...process.env,
      WINEPREFIX: folder,
      WINEDEBUG: '-all',
      // Neither .NET nor a browser is asked for.
      WINEDLLOVERRIDES: 'mscoree=;mshtml=',
    };
    // A dialog would wait for somebody.
    delete this.#environment['DISPLAY'];
    this.#kept = path.join(folder, 'kept');
    const isKept = existsSync(this.#kept);
    if (!isKept) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    if (native) return;
    if (!isKept) this.#wine(['wineboot', '-i']);
    // It stays, or each program would start all of Windows' services anew.
    // Where none runs yet it is this one, which would keep a pipe open.
    spawnSync('wineserver', ['-p'], { env: this.#environment, stdio: 'ignore' });
    // Node 22 asks for Windows 10.
    this.#wine(['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f']);
  }

  /** A file of Linux, as Wine's programs call it. */
  static path(file: string): string {
    return native ? file : `Z:${file.replaceAll('/', '\\')}`;
  }

  /** Runs a program. */
  run(file: string, args: readonly string[], stdin = ''): Ended {
    return this.#wine([file, ...args], stdin);
  }

  /** Runs a line of `cmd.exe`. */
  cmd(line: string): Ended {
    return this.#wine(['cmd', '/c', line]);
  }

  /**
   * The processor time that a program takes, in seconds. Unlike its duration it says something on a busy machine.
   */
  processorTime(file: string, args: readonly string[]): number {
    const output = path.join(this.folder, 'timed.txt');
    const { stderr } = spawnSync(
      'bash',
      [
        ...['-c', 'out=$1; shift; TIMEFORMAT="%U %S"; time wine "$@" </dev/null >"$out" 2>&1'],
        ...['bash', output, file, ...args],
      ],
      { env: { ...this.#environment, LC_ALL: 'C' }, encoding: 'utf8' },
    );
    return stderr
      .trim()
      .split(' ')
      .reduce((sum, part) => sum + Number(part), 0);
  }

  /** Ends the prefix's own server. */
  end(): void {
    if (native) return;
    const { status } = spawnSync('wineserver', ['-k', '-w'], {
      env: this.#environment,
      timeout: 30_000,
    });
    if (status === 0) writeFileSync(this.#kept, '');
  }

  #wine(args: readonly string[], stdin = ''): Ended {
    const files = ['stdin', 'stdout', 'stderr'].map((name) =>
      path.join(this.folder, `${name}.txt`),
    );
    const [input = '', output = '', errors = ''] = files;
    writeFileSync(input, stdin);
    const streams = [openSync(input, 'r'), openSync(output, 'w'), openSync(errors, 'w')];
    try {
      const [first = '', ...rest] = args;
      const { status } = spawnSync(native ? first : 'wine', native ? rest : args, {
        env: this.#environment,
        stdio: streams,
        timeout: 60_000,
      });
      return {
        code: status,
        stdout: readFileSync(output, 'utf8'),
        stderr: readFileSync(errors, 'utf8'),
      };
    } finally {
      streams.forEach(closeSync);
    }
  }
}
