/**
 * Stands for powershell.exe: writes down how it was started and what it was told, and answers what the file
 * beside it says.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const folder = process.argv[2] ?? '';
const said = readFileSync(0, 'utf8');
writeFileSync(
  `${folder}/started.json`,
  JSON.stringify({ argv: process.argv.slice(3), env: process.env, cwd: process.cwd(), said }),
);
/** @type {unknown} */
const given = JSON.parse(readFileSync(`${folder}/answer.json`, 'utf8'));
const answer = /** @type {{ stdout?: string, exitCode?: number, hang?: boolean }} */ (given);
process.stdout.write(answer.stdout ?? '');
if (answer.hang) setInterval(() => undefined, 1000);
else process.exitCode = answer.exitCode ?? 0;
