/** Files that are imported with `?raw`, as Vite takes them: their text. A thread's program stays out: no test runs it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';

export const rawText: Plugin = {
  name: 'raw-text',
  setup(build) {
    build.onResolve({ filter: /\?(?:raw|program)$/ }, ({ path: asked, resolveDir }) => ({
      path: path.join(resolveDir, asked.replace(/\?raw$/, '')),
      namespace: 'raw-text',
    }));
    build.onLoad({ filter: /.*/, namespace: 'raw-text' }, async ({ path: file }) => ({
      contents: file.endsWith('?program') ? '' : await readFile(file, 'utf8'),
      loader: 'text',
    }));
  },
};
