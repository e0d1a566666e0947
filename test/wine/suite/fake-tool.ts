/**
 * Fake Windows console tool: replays a script of recorded answers, byte for byte and with their
 * exit codes, and passes other calls to the real tool. See `standIn` in harness.ts.
 *
 * argv: script file, and the arguments of the tool.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import type { ToolScript } from './harness';

const [, , file = '', ...argv] = process.argv;
const script = JSON.parse(readFileSync(file, 'utf8')) as ToolScript;
const line = argv.join(' ');
const calls = `${file}.calls`;
appendFileSync(calls, `${line}\n`);

const isAsked = (asked: string): boolean => line.toLowerCase().startsWith(asked.toLowerCase());
const known = script.answers.filter(({ asked }) => isAsked(asked));
const before = readFileSync(calls, 'utf8').trimEnd().split('\n');
const turn = before.filter((call) => known[0] !== undefined && call.startsWith(known[0].asked));
// The last answer repeats.
const answer = known[Math.min(turn.length, known.length) - 1];

function end(exitCode: number, stdout: Buffer, stderr: Buffer): void {
  process.stderr.write(stderr, () => {
    process.stdout.write(stdout, () => {
      process.exit(exitCode);
    });
  });
}

if (answer !== undefined) {
  const bytes = (text = ''): Buffer => Buffer.from(text, 'base64');
  setTimeout(() => {
    end(answer.exitCode, bytes(answer.stdout), bytes(answer.stderr));
  }, answer.afterMs ?? 0);
} else if (script.real === null) {
  end(1, Buffer.alloc(0), Buffer.alloc(0));
} else {
  const { status, stdout, stderr } = spawnSync(script.real, argv, { windowsHide: true });
  end(status ?? 1, stdout, stderr);
}
