/** Malicious or damaged input for a fleet report, reproducible by seed. */
import type { Random } from './random';

/** A key in valid format that was never issued. */
export const WHOLE_KEY = ['BCDFG', 'HJKMP', 'QRTVW', 'XY234', '6789N'].join('-');

/** Sets `hit` if it runs as a script. */
export const SCRIPT = '</script><script>hit=1</script><img src=x onerror=hit=1>';

/** Names that a computer could claim. */
export const HOSTILE_NAMES: readonly string[] = [
  'CON',
  'aux.json',
  'NUL',
  '../../etc/passwd',
  'a/b\\c',
  '..',
  'x'.repeat(255),
  '電腦-臺北-042',
  'PC-\u202Egnp.exe',
  "=cmd|'/c calc'!A1",
  '+1+1',
  '@SUM(1)',
  '-2+3',
  '\t=1+1',
  'PC\u001B[2J\u001B]0;owned\u0007',
  'PC\r\n"forged",row',
  SCRIPT,
  '" autofocus onfocus="hit=1',
  "'-hit=1-'",
  'javascript:hit=1',
  '${hit=1}{{hit}}',
  '<!--',
  ']]>',
  '&lt;b&gt;',
  '\u0000\uFFFE\uD800',
  '__proto__',
  'constructor',
  'toString',
  WHOLE_KEY,
];

/** Texts to insert into the middle of others. */
const SPLINTERS: readonly string[] = [
  ...HOSTILE_NAMES,
  '"__proto__":{"polluted":true},',
  '"constructor":{"prototype":{"polluted":true}},',
  '{"a":'.repeat(5_000),
  '['.repeat(20_000),
  '"',
  '""',
  '\n',
  '\r',
  ',',
  ';',
  '\u0000',
  '1e999',
  '-0',
  'null',
  '9'.repeat(400),
  'KMSD1 ',
  'KMSD2 ',
  'KMSD1 AAAA',
  `KMSD9 ${'A'.repeat(3_000)}`,
  '.'.repeat(50),
  'kms-doctor/report@1',
  'kms-doctor/scenario@1',
];

/** Applies one to three random mutations to a text. */
export function mutated(text: string, random: Random): string {
  let now = text;
  for (let left = 1 + random.below(3); left > 0; left -= 1) now = once(now, random);
  return now;
}

function once(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const to = Math.min(text.length, at + random.below(200));
  const piece = text.slice(at, to);
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(to);
    case 2:
      return text.slice(0, to) + piece.repeat(1 + random.below(20)) + text.slice(to);
    case 3:
      return text.slice(0, at) + String.fromCharCode(random.below(0x3000)) + text.slice(at + 1);
    case 4:
      return text.slice(0, at) + random.pick(SPLINTERS) + text.slice(at);
    case 5:
      return text.slice(0, at) + piece.split('').reverse().join('') + text.slice(to);
    default:
      return valueReplaced(text, random);
  }
}

/** Replaces one of the JSON values; a text without any is returned unchanged. */
function valueReplaced(text: string, random: Random): string {
  const values = [...text.matchAll(/: ?("(?:[^"\\]|\\.)*"|-?\d+|true|false|null)/g)];
  if (values.length === 0) return text;
  const found = random.pick(values);
  const from = found.index + found[0].length - (found[1]?.length ?? 0);
  const value = random.pick([
    JSON.stringify(random.pick(HOSTILE_NAMES)),
    ...['null', '-1', '1e999', '{}', '[]', '[null]', '"0000-00-00"', '"9999-12-31T23:59:59Z"'],
    ...['{"__proto__":{"polluted":true}}', '4294967296', 'true', '""'],
  ]);
  return text.slice(0, from) + value + text.slice(from + (found[1]?.length ?? 0));
}
