/**
 * Stands for reg.exe and sc.exe of a PC that a file describes: prints and ends as they do, in English or, where the
 * words are translated, in recorded Greek (test/data/recorded/tools.json). argv: `reg` or `sc`, the file, arguments.
 */
import { readFileSync } from 'node:fs';

/**
 * @typedef {Record<string, readonly [type: string, text: string]>} Values
 * @typedef {{ registry: Record<string, Values>, services: Record<string, { state: number }> }} Pc
 */

const [tool, file = '', ...args] = process.argv.slice(2);
/** @type {unknown} */
const described = JSON.parse(readFileSync(file, 'utf8'));
const pc = /** @type {Pc} */ (described);

/** @param {string} text @param {number} code */
function end(text, code) {
  (code === 0 ? process.stdout : process.stderr).write(text.replaceAll('\n', '\r\n'));
  process.exitCode = code;
}

/** @param {string} key */
const full = (key) =>
  key.replace(/^HKLM\b/, 'HKEY_LOCAL_MACHINE').replace(/^HKCU\b/, 'HKEY_CURRENT_USER');
/** @param {string} a @param {string} b */
const isSame = (a, b) => a.toLowerCase() === b.toLowerCase();
/** @param {string} name */
const option = (name) => {
  const index = args.findIndex((arg) => isSame(arg, name));
  return index < 0 ? null : (args[index + 1] ?? '');
};

function reg() {
  const missing = 'ERROR: The system was unable to find the specified registry key or value.\n';
  const key = args[1] ?? '';
  const keys = Object.keys(pc.registry);
  const isBelow = (/** @type {string} */ one) =>
    one.toLowerCase().startsWith(`${key.toLowerCase()}\\`);
  const searched = option('/f');
  if (searched !== null) {
    const found = keys.filter(
      (one) =>
        isBelow(`${one}\\`) && isSame(one.slice(key.length + 1).split('\\')[0] ?? '', searched),
    );
    const count = `End of search: ${found.length} match(es) found.\n`;
    process.stdout.write(found.length > 0 ? `\r\n${full(key)}\\${searched}\r\n${count}` : count);
    process.exitCode = found.length > 0 ? 0 : 1;
    return;
  }
  const wanted = option('/v');
  const everything = args.some((arg) => isSame(arg, '/s'));
  const shown = keys.filter((one) => isSame(one, key) || (everything && isBelow(one)));
  const print = (/** @type {string} */ one) => {
    const values = Object.entries(pc.registry[one] ?? {}).filter(
      ([name]) => wanted === null || isSame(name, wanted),
    );
    const lines = values.map(([name, [type, value]]) => `    ${name}    ${type}    ${value}\n`);
    return wanted !== null && lines.length === 0 ? '' : `\n${full(one)}\n${lines.join('')}`;
  };
  // Of a key that is read alone the keys right below it are named as well.
  const below = keys
    .filter(isBelow)
    .map((one) => `${key}\\${one.slice(key.length + 1).split('\\')[0] ?? ''}`);
  const named =
    everything || wanted !== null ? [] : [...new Set(below)].map((one) => `${full(one)}\n`);
  const text = shown.map(print).join('') + named.join('');
  if (text === '') end(missing, 1);
  else end(`${text}\n`, 0);
}

function sc() {
  const service = pc.services[args[1] ?? ''];
  if (service === undefined) {
    const failed = '[SC] EnumQueryServicesStatus:OpenService FAILED 1060:\n\n';
    end(`${failed}The specified service does not exist as an installed service.\n\n`, 1060);
    return;
  }
  end(
    `\nSERVICE_NAME: ${args[1]}\n` +
      '        ΤΥΠΟΣ                 : 10  WIN32_OWN_PROCESS\n' +
      `        ΚΑΤΑΣΤΑΣΗ             : ${service.state}  ΕΚΤΕΛΕΙΤΑΙ\n` +
      '        ΚΩΔΙΚΟΣ_ΕΞΟΔΟΥ_WIN32  : 0  (0x0)\n' +
      '        ΣΗΜΕΙΟ_ΕΛΕΓΧΟΥ        : 0x0\n' +
      '        ΥΠΟΔΕΙΞΗ_ΑΝΑΜΟΝΗΣ     : 0x0\n\n',
    0,
  );
}

if (tool === 'reg') reg();
else sc();
