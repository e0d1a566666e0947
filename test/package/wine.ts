/**
 * Runs Windows programs: under Wine in a dedicated prefix, or directly on Windows. Their output
 * goes to files because Linux pipes break Wine's.
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

/** Exit code and output of a program. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether the tests run on Windows. */
export const native = process.platform === 'win32';

/**
 * A Wine prefix, created by the first instance and stopped by {@link Wine.end}. It's kept for the
 * next run because creating one takes longer than most tests that use it.
 */
export class Wine {
  readonly #environment: NodeJS.ProcessEnv;

  /** Marker file that exists once the prefix is complete and on disk. */
  readonly #kept: string;

  /** @param folder folder of the prefix, created if missing */
  constructor(private readonly folder: string) {
    this.#environment = {
      ...process.env,
      WINEPREFIX: folder,
      WINEDEBUG: '-all',
      // Neither .NET nor a browser is needed.
      WINEDLLOVERRIDES: 'mscoree=;mshtml=',
    };
    // A dialog would block the run.
    delete this.#environment['DISPLAY'];
    this.#kept = path.join(folder, 'kept');
    const isKept = existsSync(this.#kept);
    if (!isKept) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    if (native) return;
    if (!isKept) this.#wine(['wineboot', '-i']);
    // Keeps the server running. Otherwise, each program would restart all of Windows' services.
    // If none is running, this process becomes the server and would keep a pipe open.
    spawnSync('wineserver', ['-p'], { env: this.#environment, stdio: 'ignore' });
    // Node 22 requires Windows 10.
    this.#wine(['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f']);
  }

  /** Returns the path of a Linux file for programs under Wine. */
  static path(file: string): string {
    return native ? file : `Z:${file.replaceAll('/', '\\')}`;
  }

  /** Runs a program. */
  run(file: string, args: readonly string[], stdin = ''): Ended {
    return this.#wine([file, ...args], stdin);
  }

  /** Runs a `cmd.exe` command line. */
  cmd(line: string): Ended {
    return this.#wine(['cmd', '/c', line]);
  }

  /**
   * Returns the CPU time that a program uses, in seconds. Unlike the duration, it's meaningful on a
   * busy machine.
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

  /** Stops the prefix's server. */
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
