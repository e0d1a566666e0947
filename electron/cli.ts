#!/usr/bin/env node
/**
 * `kms-doctor`: the engine on a console. What a command needs is loaded when it runs, so that a question to
 * the catalogue starts as fast as Node does.
 */
import { run } from './cli/run';

// No await at the top level: the console program is made of one CommonJS file, which knows none.
async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  });
  // A peer that hangs must not keep a finished command alive.
  await new Promise<void>((resolve) => {
    process.stdout.write('', () => {
      resolve();
    });
  });
  process.exit();
}

void main();
