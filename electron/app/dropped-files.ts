/** Files that were dropped on the window: it hands over their texts, and they are read like others from a folder. */
import { rmSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { RequestOf } from '@shared/ipc';
import type { FleetPlaces } from '../services/fleet-service';
import { createTempFolder } from './temp-folders';

/** Characters and files that are taken; a person can open more from where they are. */
const MOST_CHARACTERS = 64 * 1024 * 1024;
const MOST_FILES = 20_000;

interface Dropped {
  readonly folder: string;
  /** Where each file stands now, and what it was called. */
  readonly names: Map<string, string>;
  characters: number;
}

/**
 * Keeps what is dropped below `folder`, until something else is.
 *
 * @returns null where it is too much
 */
export function keepDropped(folder: string) {
  let dropped: Dropped | null = null;
  return async (
    files: RequestOf<'fleet:dropped'>['files'],
    isFirst: boolean,
  ): Promise<FleetPlaces | null> => {
    if (isFirst && dropped !== null) {
      rmSync(dropped.folder, { recursive: true, force: true });
      dropped = null;
    }
    dropped ??= { folder: createTempFolder(folder), names: new Map(), characters: 0 };
    const { names, folder: here } = dropped;
    for (const { name, text, goesOn } of files) {
      dropped.characters += text.length;
      if (dropped.characters > MOST_CHARACTERS || names.size >= MOST_FILES) return null;
      // Nothing of its name becomes a path but letters of its extension, which says how it is read.
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
