/**
 * Stands for powershell.exe on a PC with a policy, and is the real one in everything else:
 * `node powershell-under-policy.mjs POLICY PROGRAM ARGUMENTS-BEFORE …arguments of powershell.exe`
 *
 * POLICY is JSON: `forbids`, what it says of a script file before it ends; `constrained`, that texts are constrained;
 * `record`, a file for the name of the argument by which each script came.
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const [policyJson = '{}', program = '', beforeJson = '[]', ...args] = process.argv.slice(2);
/** @type {unknown} */
const policy = JSON.parse(policyJson);
const { forbids, constrained, record } =
  /** @type {{ forbids?: string, constrained?: boolean, record?: string }} */ (policy);
/** @type {unknown} */
const before = JSON.parse(beforeJson);

const way = args.find((arg) => ['-File', '-Command', '-EncodedCommand'].includes(arg)) ?? '';
if (record !== undefined) appendFileSync(record, `${way}\n`);

const CONSTRAIN = "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; ";

/** @param {string} text */
function asPolicyWants(text) {
  if (!constrained) return text;
  if (way === '-Command') return CONSTRAIN + text;
  const script = Buffer.from(text, 'base64').toString('utf16le');
  return Buffer.from(CONSTRAIN + script, 'utf16le').toString('base64');
}

if (way === '-File') {
  process.stderr.write(forbids ?? '');
  process.exitCode = 1;
} else {
  const text = asPolicyWants(args.pop() ?? '');
  const child = spawn(program, [.../** @type {string[]} */ (before), ...args, text], {
    stdio: 'inherit',
  });
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
}
