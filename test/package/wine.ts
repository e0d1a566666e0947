/**
 * Windows programs under Wine, in a prefix of their own; on Windows, as they are. Their output goes into files: pipes
 * of Linux break Wine's.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether the tests run on Windows itself. */
export const native = process.platform === 'win32';

/** A prefix, made with the first object and stopped by {@link Wine.end}. */
export class Wine {
  readonly #environment: NodeJS.ProcessEnv;

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
    mkdirSync(folder, { recursive: true });
    if (native) return;
    this.#wine(['wineboot', '-i']);
    // It stays, or each program would start all of Windows' services anew.
    spawnSync('wineserver', ['-p'], { env: this.#environment });
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
    if (!native) spawnSync('wineserver', ['-k'], { env: this.#environment });
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
