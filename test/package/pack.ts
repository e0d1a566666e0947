/** Packs the app for this tier's specs, with the Electron stand-in. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root folder of the checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A packed app. */
export interface Packed {
  /** Folder that contains the executable. */
  readonly folder: string;
  readonly seconds: number;
  /** Output of the packing script. */
  readonly said: string;
  remove(): Promise<void>;
}

/** Packs the app into a new temporary folder, like `npm run package:dir`. */
export async function pack(...args: readonly string[]): Promise<Packed> {
  const output = await mkdtemp(path.join(tmpdir(), 'kms-doctor-packed-'));
  const started = performance.now();
  let said = '';
  const code = await new Promise<number | null>((done) => {
    const child = spawn(
      process.execPath,
      ['build/package.mjs', '--dir', '--out', output, ...args],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    }
    child.once('close', done);
  });
  const remove = (): Promise<void> => rm(output, { recursive: true, force: true });
  if (code !== 0) {
    await remove();
    throw new Error(`Packing ended with ${String(code)}:\n${said}`);
  }
  return {
    folder: path.join(output, 'win-unpacked'),
    seconds: (performance.now() - started) / 1000,
    said,
    remove,
  };
}
