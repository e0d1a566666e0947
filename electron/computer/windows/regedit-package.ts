/**
 * Accesses the registry through the `regedit` package, which uses Windows Script Host and VBScript. Only its plain
 * calls are used: those for a specific architecture always report success, and REG_MULTI_SZ values are split at commas.
 *
 * The package starts `cscript.exe` by its bare name, with our environment and without a timeout. Its launcher is
 * therefore replaced, before it's loaded, by one that starts the program like all others in this folder.
 */
import { createHash } from 'node:crypto';
import { execFile, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { RegistryLocation, RegistryValue } from '@engine/registry-keys';
import { cleanEnvironment, type SystemPaths } from './system-paths';
import { OUTPUT_LIMIT } from '../run-program';

/** Timeout of one call in milliseconds; a script that waits for a dialog or a virus scanner is killed. */
const LIMIT_MS = 20_000;

/** A small key that every Windows has, and one of its values; reading it tests whether the package works. */
const TEST_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName';
const TEST_VALUE = 'ComputerName';

/**
 * SHA-256 hashes of the scripts of version 5.1.4 that are run. They are plain files, and run with administrator rights.
 */
const SCRIPTS: Readonly<Record<string, string>> = {
  'ArchitectureAgnosticRegistry.vbs':
    '27c46f4f186b2168b1d37057378b58667151088cea24c8944d539d251d0b7f6d',
  'regDeleteValue.wsf': '080b83a9b8666c5f02a5af1a0fcd351d3073a05c2319628e060fcdce7f70ab35',
  'regListStream.wsf': 'da4e3cd96dcecbcb2ece2d1e35a8adcc7dbaf79cd7a843856f7ce2872304fc88',
  'regPutValue.wsf': '5d43ec5af7744fb1de15e4a3058305ecb3f20e9daa7315df6812be5571466272',
  'regUtil.vbs': 'b35888252d3b2c6cc4c37d0f15311f1b4becbfbda7a766ccc38c6536ae0106b2',
  'util.vbs': 'd8ab1f1cfa9b8afaddf31f7f905e5bfdf01025e1c4168e0d4aeceff045fd2261',
};

/** The parts of the package that are used. Its own types lack deleteValue. */
interface Regedit {
  readonly promisified: {
    putValue(map: Record<string, Record<string, { type: string; value: unknown }>>): Promise<void>;
    deleteValue(paths: string[]): Promise<void>;
  };
  list(keys: string[]): NodeJS.ReadableStream;
  setExternalVBSLocation(folder: string): string;
}

interface Listed {
  readonly data: {
    readonly exists: boolean;
    readonly values: Readonly<Record<string, { readonly type: string; readonly value: unknown }>>;
  };
}

/** The package, loaded and tested once. */
export class RegeditPackage {
  private ready: Promise<Regedit> | null = null;

  constructor(private readonly paths: SystemPaths) {}

  /** Whether the package works on this PC: it's present and unmodified, and VBScript runs. */
  works(): Promise<boolean> {
    return this.load().then(
      () => true,
      () => false,
    );
  }

  /** Writes a value. Its success isn't reliable: read the value back. */
  async write(
    { key, name }: RegistryLocation,
    value: Exclude<RegistryValue, { type: 'REG_MULTI_SZ' }>,
  ): Promise<void> {
    const { promisified } = await this.load();
    await promisified.putValue({ [key]: { [name]: value } });
  }

  /** Deletes a value. */
  async delete({ key, name }: RegistryLocation): Promise<void> {
    const { promisified } = await this.load();
    await promisified.deleteValue([`${key}\\${name}`]);
  }

  /** Reads a value, exactly in any language; null if there is none. */
  async read(key: string, name: string): Promise<RegistryValue | null> {
    const listed = await list(await this.load(), key);
    const values = Object.entries(listed.data.values);
    const found = values.find(([own]) => own.toLowerCase() === name.toLowerCase())?.[1];
    if (found === undefined) return null;
    const { type, value } = found;
    if (type === 'REG_DWORD' && typeof value === 'number') return { type, value };
    if ((type === 'REG_SZ' || type === 'REG_EXPAND_SZ') && typeof value === 'string') {
      return { type, value };
    }
    return type === 'REG_MULTI_SZ' && Array.isArray(value)
      ? { type, value: value.map(String) }
      : null;
  }

  private load(): Promise<Regedit> {
    this.ready ??= this.tryOut();
    return this.ready;
  }

  private async tryOut(): Promise<Regedit> {
    const require = createRequire(import.meta.url);
    const main = require.resolve(this.paths.regeditPackage ?? 'regedit');
    const scripts = this.paths.regeditScripts ?? join(dirname(main), 'vbs');
    await checkRegeditScripts(scripts);
    const launcher = require.resolve(join(dirname(main), 'lib/execFile.js'));
    require(launcher);
    const loaded = require.cache[launcher];
    if (loaded === undefined) throw new Error('regedit-is-bundled');
    loaded.exports = () => launch(this.paths);
    const regedit = require(main) as Regedit;
    if (regedit.setExternalVBSLocation(scripts) !== 'Folder found and set') {
      throw new Error('regedit-scripts-missing');
    }
    const tried = await list(regedit, TEST_KEY);
    if (typeof tried.data.values[TEST_VALUE]?.value !== 'string') {
      throw new Error('regedit-self-test');
    }
    return regedit;
  }
}

/**
 * Verifies that the package's scripts are the ones that were reviewed. Reads them sequentially, so that none is open
 * after this rejects.
 *
 * @throws Error if one differs or can't be read
 */
export async function checkRegeditScripts(folder: string): Promise<void> {
  for (const [name, expected] of Object.entries(SCRIPTS)) {
    const bytes = await readFile(join(folder, name));
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== expected) throw new Error(`regedit-script-changed: ${name}`);
  }
}

type Ended = (error: Error | null, stdout: string, stderr: string) => void;

/** Creates the package's launcher: `(file, args, options, callback)`, of which only `args` and `callback` are used. */
function launch(paths: SystemPaths) {
  const { file, before = [] } = paths.programs['cscript.exe'];
  return (...given: unknown[]): ChildProcess | undefined => {
    const args = given.find((value): value is string[] => Array.isArray(value));
    const callback = given.find((value): value is Ended => typeof value === 'function');
    if (args === undefined) {
      // The package starts cscript.exe to check that it exists; the self-test above checks that it works.
      callback?.(null, 'Microsoft (R) Windows Script Host Version', '');
      return undefined;
    }
    const child = execFile(
      file,
      [...before, ...args],
      {
        cwd: paths.system32,
        encoding: 'utf8',
        env: cleanEnvironment(paths),
        killSignal: 'SIGKILL',
        maxBuffer: OUTPUT_LIMIT,
        timeout: LIMIT_MS,
        windowsHide: true,
      },
      callback,
    );
    // A script that exits immediately closes its input while the package is still writing to it.
    child.stdin?.on('error', () => undefined);
    // The package would copy this output to our own standard error.
    child.stderr?.resume();
    Object.defineProperty(child, 'stderr', { value: new PassThrough().end() });
    return child;
  };
}

function list(regedit: Regedit, key: string): Promise<Listed> {
  return new Promise((resolve, reject) => {
    const stream = regedit.list([key]);
    let found: Listed | null = null;
    stream.on('data', (entry: Listed) => {
      found = entry;
    });
    stream.on('error', reject);
    stream.on('end', () => {
      if (found?.data.exists === true) resolve(found);
      else reject(new Error('regedit-found-nothing'));
    });
  });
}
