#!/usr/bin/env node
/**
 * `kms-doctor`: the engine's command-line interface. Each command loads its modules when it runs, so that catalog
 * queries start as fast as Node itself.
 */
import { guardOutput } from './cli/output';
import { run } from './cli/run';

// No top-level await: the console program is a single CommonJS file.
async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const { stdin, stdout, stderr } = process;
  const exitCodeAfter = guardOutput({ stdout, stderr });
  const exitCode = await run(argv, { stdin, stdout, stderr });
  process.exitCode = await exitCodeAfter(exitCode, argv);
  // A peer that hangs must not keep a finished command alive.
  process.exit();
}

void main();
