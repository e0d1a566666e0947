/** Imports files with `?raw` as text, like Vite. A worker's program (`?program`) is empty, because no test runs it. */
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
