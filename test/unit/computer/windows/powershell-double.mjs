/**
 * Replaces powershell.exe in tests of how it's started and how its output is handled: `node powershell-double.mjs
 * FOLDER …arguments of powershell.exe`. FOLDER/plan.json has its behavior for each mode in which it gets the scripts,
 * `file` or `text`. It logs what it receives to FOLDER/happened.jsonl.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [folder = '', ...argv] = process.argv.slice(2);
/** @param {Record<string, unknown>} what */
const note = (what) => {
  appendFileSync(`${folder}/happened.jsonl`, `${JSON.stringify(what)}\n`);
};
const mode = argv.includes('-File') ? 'file' : 'text';
note({ started: mode, argv });

/** @typedef {{ says?: string, exit?: number, readyAfterMs?: number, answers?: string[], last?: string }} Plan */
/** @type {unknown} */
const json = JSON.parse(readFileSync(`${folder}/plan.json`, 'utf8'));
const plans = /** @type {Record<string, Plan>} */ (json);
const { says, exit, readyAfterMs = 0, answers = [], last } = plans[mode] ?? {};

if (exit !== undefined) {
  process.stderr.write(says ?? '');
  process.exitCode = exit;
} else {
  setTimeout(() => process.stdout.write('\uFEFF{"ready": true}\r\n'), readyAfterMs);
  /** @type {string[] | null} */
  let prelude = mode === 'text' ? [] : null;
  createInterface({ input: process.stdin }).on('line', (line) => {
    if (prelude !== null) {
      if (line === '') {
        note({ prelude });
        prelude = null;
      } else prelude.push(line);
      return;
    }
    note({ line });
    if (!line.startsWith('{')) return;
    const answer = answers.shift();
    if (answer !== undefined) {
      process.stdout.write(`${answer.replace('"ID"', /"id":(\d+)/.exec(line)?.[1] ?? '')}\r\n`);
    } else if (last !== undefined) {
      process.stderr.write(last);
      process.exitCode = 1;
      process.stdin.destroy();
    }
  });
}
