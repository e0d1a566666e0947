/**
 * Every example in the documents. A `console` block is run by the built command line, in a folder with the files
 * that `json NAME` blocks of the same document give, and what it prints is compared; `…` stands for anything,
 * on a line of its own for any lines. A command in an `sh` block must be one that the command line takes, and a
 * `json` block what its `schema` says.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../electron/cli/options';
import { parseDocument } from './documents';
import { DOCUMENTS, readDocument, ROOT, type Block, type Document } from './markdown';

const COMMAND = path.join(ROOT, 'dist/cli/cli.js');

/** A key in the right form that is nobody's. */
const KEY = ['BCDFG', 'HJKMP', 'QRTVW', 'XY234', '6789N'].join('-');

interface Example {
  readonly line: string;
  readonly expected: string;
}

describe.each(DOCUMENTS.map(readDocument).filter(({ blocks }) => blocks.length > 0))(
  '$name',
  (document: Document) => {
    const { blocks } = document;
    let folder: string;
    let exitCode = 0;
    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-docs-'));
      writeFileSync(path.join(folder, 'key.txt'), `${KEY}\n`);
      for (const { file, text } of blocks) {
        if (file !== null) writeFileSync(path.join(folder, file), text);
      }
    });
    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    const run = (line: string): string => {
      if (line === 'echo $?') return `${exitCode}\n`;
      const [command = '', input] = line.split(' < ');
      const [program, ...args] = wordsOf(command);
      if (program !== 'kms-doctor') throw new Error(`${line} cannot be run`);
      // One file for both keeps the order that a terminal would show.
      const output = path.join(folder, 'output.txt');
      const handle = openSync(output, 'w');
      const { status } = spawnSync(process.execPath, [COMMAND, ...args], {
        cwd: folder,
        env: { PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'], LC_ALL: 'en' },
        input: input === undefined ? '' : readFileSync(path.join(folder, input)),
        stdio: ['pipe', handle, handle],
      });
      closeSync(handle);
      exitCode = status ?? -1;
      return readFileSync(output, 'utf8');
    };

    const consoles = blocks.filter(({ language }) => language === 'console');
    it.each(consoles.flatMap(examplesOf))('runs $line', ({ line, expected }) => {
      const printed = run(line);
      expect(shortened(printed, expected)).toBe(expected);
      if (!/ --json\b/.test(line)) return;
      // A sentence on stderr may follow.
      parseDocument(JSON.parse(printed.slice(0, printed.lastIndexOf('\n}') + 2)));
    });

    const shells = blocks.filter(({ language }) => ['sh', 'bat', 'powershell'].includes(language));
    it.each(shells.flatMap(commandsIn))('takes %s', (command) => {
      expect(() => readCommandLine(wordsOf(command))).not.toThrow();
    });

    const documents = blocks.filter(({ language }) => language === 'json');
    it.each(documents)('has JSON in line $line that is what it says', ({ text }) => {
      parseDocument(JSON.parse(text));
    });
  },
);

function examplesOf({ text }: Block): Example[] {
  return text.split(/^\$ /m).flatMap((example) => {
    if (example === '') return [];
    const [line = '', ...expected] = example.trimEnd().split('\n');
    return [{ line, expected: expected.join('\n') }];
  });
}

/** What follows `kms-doctor` in the lines of a block, up to a pipe, a file or a remark. */
function commandsIn({ text }: Block): string[] {
  return [...text.matchAll(/(?:kms-doctor(?:\.exe"?)?|npm run -s doctor --) (.*)$/gm)].map(
    ([, command = '']) => command.replace(/\s[|>#].*$/, ''),
  );
}

/** The words of a line; those in quotation marks are one. */
function wordsOf(line: string): string[] {
  return [...line.trim().matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
}

/** What was printed as an example shows it, where the example fits; else as it is. */
function shortened(printed: string, expected: string): string {
  const text = printed.replaceAll('\r\n', '\n').trimEnd();
  const pattern = expected
    .split('\n')
    .map((line) =>
      line.trim() === '…'
        ? '(?:.*\\n)*?.*'
        : line
            .split('…')
            .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
            .join('.*'),
    )
    .join('\n');
  return new RegExp(`^${pattern}$`).test(text) ? expected : text;
}
