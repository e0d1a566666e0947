/** Files dropped on the window: the page sends their text, which is stored in a folder and read like any other. */
import { rmSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { HandlerContext } from '../ipc/handler-context';
import { createTempFolder } from './temp-folders';

/** Limits on dropped files; larger sets can be opened from disk. */
const MAX_CHARACTERS = 64 * 1024 * 1024;
const MAX_FILES = 20_000;

/**
 * Returns a function that stores dropped files below `folder`, until the next drop. It returns null if they exceed the
 * limits.
 */
export function storeDroppedFiles(folder: string): HandlerContext['keepDropped'] {
  const begin = () => ({
    folder: createTempFolder(folder),
    /** Maps each file's current path to its original name. */
    names: new Map<string, string>(),
    characters: 0,
  });
  let dropped: ReturnType<typeof begin> | null = null;
  return async (files, isFirst) => {
    if (isFirst && dropped !== null) {
      rmSync(dropped.folder, { recursive: true, force: true });
      dropped = null;
    }
    dropped ??= begin();
    const { names, folder: here } = dropped;
    for (const { name, text, goesOn } of files) {
      dropped.characters += text.length;
      if (dropped.characters > MAX_CHARACTERS || names.size >= MAX_FILES) return null;
      // Of the file's name, only a plain extension enters a path, because it determines how the file is read.
      const extension = /^\.[a-z]{1,8}$/i.exec(extname(name))?.[0] ?? '';
      const path = join(here, `${goesOn ? names.size - 1 : names.size}${extension}`);
      names.set(path, name);
      await appendFile(path, text, { mode: 0o600 });
    }
    const [only] = names.values();
    return {
      paths: [here],
      name: names.size === 1 ? (only ?? null) : null,
      nameOf: (file) => names.get(file) ?? file,
    };
  };
}
