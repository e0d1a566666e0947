/** The groups of mutants: a spec that was renamed would otherwise no longer be run, and nobody would notice. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../build/bundle.mjs';
import { groups } from '../../../build/mutation.mjs';

/** Returns the patterns that a pattern with alternatives, such as `{a,b}/*.ts`, stands for. */
function alternatives(pattern: string): readonly string[] {
  const [all, list = ''] = /\{([^}]*)\}/.exec(pattern) ?? [];
  if (all === undefined) return [pattern];
  return list.split(',').flatMap((one) => alternatives(pattern.replace(all, one)));
}

describe.each(Object.entries(groups))('the group %s', (_name, { files, tests }) => {
  it.each([...files, ...tests].flatMap(alternatives))('has the files of %s', (pattern) => {
    const [place = ''] = pattern.replace(/^!/, '').split('*');
    expect(existsSync(path.join(root, place))).toBe(true);
  });
});
