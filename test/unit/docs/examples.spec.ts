/**
 * Every example in the documents. The built CLI runs each `console` block in a folder with the files from the
 * document's `json NAME` blocks, and its output is compared; `…` matches any text, and alone on a line any lines.
 * Each command in an `sh`, `bat`, or `powershell` block must parse, and each `json` block must match its `schema`.
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

/** A well-formed key that was never issued. */
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
      // Writing both streams to one file keeps the order that a terminal would show.
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
    it.each(consoles.flatMap(examplesOf))(
      'shows the actual output of $line',
      ({ line, expected }) => {
        const printed = run(line);
        expect(shortened(printed, expected)).toBe(expected);
        if (!/ --json\b/.test(line)) return;
        // A message on stderr may follow.
        parseDocument(JSON.parse(printed.slice(0, printed.lastIndexOf('\n}') + 2)));
      },
    );

    const shells = blocks.filter(({ language }) => ['sh', 'bat', 'powershell'].includes(language));
    it.each(shells.flatMap(commandsIn))('contains the valid command %s', (command) => {
      expect(() => readCommandLine(wordsOf(command))).not.toThrow();
    });

    const documents = blocks.filter(({ language }) => language === 'json');
    it.each(documents)('contains JSON on line $line that matches its schema', ({ text }) => {
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

/** Returns what follows `kms-doctor` on the lines of a block, up to a pipe, redirection, or comment. */
function commandsIn({ text }: Block): string[] {
  return [...text.matchAll(/(?:kms-doctor(?:\.exe"?)?|npm run -s doctor --) (.*)$/gm)].map(
    ([, command = '']) => command.replace(/\s[|>#].*$/, ''),
  );
}

/** Splits a line into words. Text in quotation marks is one word. */
function wordsOf(line: string): string[] {
  return [...line.trim().matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
}

/** Returns the expected text if the printed text matches it, and the printed text otherwise. */
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
