/** Rules about the source code that a change could break unnoticed. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { JOURNAL_FOLDER_SDDL } from '../../electron/elevation/journal-folder';
import * as scripts from '../../electron/elevation/scripts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A source file of the app: its path relative to the root, and its text without comments. */
interface Source {
  readonly path: string;
  readonly code: string;
}

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');

const sources: readonly Source[] = ['electron', 'shared', 'renderer'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && /\.tsx?$/.test(file.name))
    .map((file) => join(file.parentPath, file.name))
    .map((file) => ({
      path: relative(root, file).replaceAll('\\', '/'),
      code: withoutComments(readFileSync(file, 'utf8')),
    })),
);

interface Rule {
  readonly name: string;
  readonly pattern: RegExp;
  /** The only files where the pattern is allowed. */
  readonly home: readonly string[];
  /** Examples that the rule must detect. */
  readonly planted: readonly string[];
}

const RULES: readonly Rule[] = [
  {
    // That would give every user of the PC access to the pipe.
    name: 'opens no pipe to every user',
    pattern: /readableAll|writableAll/,
    home: [],
    planted: ['server.listen({ path, readableAll: true })', 'listen({ path, writableAll: true });'],
  },
  {
    name: 'starts programs only in the listed files',
    pattern: /child_process/,
    home: [
      'electron/computer/windows/powershell.ts',
      'electron/computer/windows/regedit-package.ts',
      'electron/computer/run-program.ts',
    ],
    planted: ["import { spawn } from 'node:child_process';", "require('child_process')"],
  },
  {
    name: 'starts no program through a shell',
    pattern: /shell: *true|\bexec(Sync)?\(\s*[`'"]/,
    home: [],
    planted: ['spawn(file, [], { shell: true })', "exec('reg query')", 'execSync(`reg ${key}`)'],
  },
  {
    name: 'requests elevation in one file',
    pattern: /runas/i,
    home: ['electron/elevation/scripts.ts'],
    planted: ["verb: 'RunAs'", 'Start-Process -Verb runas'],
  },
  {
    name: 'marks scripts as constant in one file',
    pattern: /as ConstantScript/,
    home: ['electron/elevation/scripts.ts'],
    planted: ['runScript(`Get-Acl ${path}` as ConstantScript, {}, 1)'],
  },
  {
    name: 'listens on a pipe in one file',
    pattern: /createServer/,
    home: ['electron/elevation/peer.ts'],
    planted: ["import { createServer } from 'node:net';"],
  },
];

const offenders = ({ pattern, home }: Rule, among: readonly Source[]): string[] =>
  among
    .filter(({ path, code }) => pattern.test(code) && !home.includes(path))
    .map(({ path }) => path);

describe("the app's source", () => {
  it('is scanned completely', () => {
    expect(sources.length).toBeGreaterThan(150);
    for (const { path } of sources.filter(({ path }) => path.startsWith('electron/elevation/'))) {
      expect(path).toMatch(/^electron\/elevation\/[a-z-]+\.ts$/);
    }
  });

  it.each(RULES)('$name', (rule) => {
    expect(offenders(rule, sources)).toEqual([]);
    // A file without the pattern must be removed from the list.
    for (const home of rule.home) {
      const source = sources.find(({ path }) => path === home);
      expect(rule.pattern.test(source?.code ?? ''), home).toBe(true);
    }
    for (const code of rule.planted) {
      expect(offenders(rule, [{ path: 'electron/app/planted.ts', code }]), code).toHaveLength(1);
    }
  });

  it('inserts nothing into the scripts for Windows PowerShell', () => {
    const code = sources.find(({ path }) => path === 'electron/elevation/scripts.ts')!.code;
    expect(code).not.toMatch(/\$\{/);
    for (const script of [scripts.START_ELEVATED, scripts.READ_FOLDER_SECURITY]) {
      expect(script).not.toMatch(/Invoke-Expression|\biex\b|Add-Type|DownloadString/i);
      // The script is only part of a command line, which is limited to 32,767 characters.
      expect(Buffer.from(script, 'utf16le').toString('base64').length).toBeLessThan(20_000);
    }
  });

  it('gives the journal folder the same permissions as the installer', () => {
    const installer = readFileSync(join(root, 'build/installer.nsh'), 'utf8');
    expect(installer).toContain(`"${JOURNAL_FOLDER_SDDL}"`);
  });
});
