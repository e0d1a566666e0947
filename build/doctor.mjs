/**
 * The command line from the checkout: built first where a source is newer, then run in this very process, so that
 * standard input, signals and the exit code are its own.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle, endBuilding, isStale } from './bundle.mjs';

const program = fileURLToPath(new URL('../dist/cli/cli.js', import.meta.url));

/** Builds what is stale; says why it could not. */
async function build() {
  try {
    await bundle(['resources', 'cli']);
    await endBuilding();
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `The command line could not be built in ${path.dirname(program)}: ${reason}\nRun npm ci, then try again.\n`,
    );
    return false;
  }
}

if (isStale('cli') && !(await build())) {
  process.exitCode = 70;
} else if (existsSync(program)) {
  await import(pathToFileURL(program).href);
} else {
  process.stderr.write('There is no command line to build here: electron/cli.ts is missing.\n');
  process.exitCode = 70;
}
