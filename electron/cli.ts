#!/usr/bin/env node
/**
 * `kms-doctor`: the engine on a console. What a command needs is loaded when it runs, so that a question to
 * the catalogue starts as fast as Node does.
 */
import { keepOutput } from './cli/output';
import { run } from './cli/run';

// No await at the top level: the console program is made of one CommonJS file, which knows none.
async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const { stdin, stdout, stderr } = process;
  const output = keepOutput({ stdout, stderr });
  const exitCode = await run(argv, { stdin, stdout, stderr });
  process.exitCode = await output.exitCode(exitCode, argv);
  // A peer that hangs must not keep a finished command alive.
  process.exit();
}

void main();
