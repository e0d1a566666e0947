/** What the program remembers from one start to the next. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { LANGUAGES, type Language } from '@shared/i18n';
import { makeFolder, replaceFile } from '@engine/files';

const schema = z.object({ language: z.enum(LANGUAGES).nullable().catch(null) });

/** Settings of the person who uses the program. */
export interface Settings {
  /** Null until one was chosen: then the system's counts. */
  readonly language: Language | null;
}

/** Reads the settings; a file that is missing or broken gives the ones of a first start. */
export function readSettings(file: string): Settings {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { language: null };
  }
}

/** Writes them, the whole file or nothing. */
export async function writeSettings(file: string, settings: Settings): Promise<void> {
  await makeFolder(dirname(file));
  await replaceFile(file, `${JSON.stringify(settings)}\n`, 0o600);
}
