/** What the program remembers from one start to the next. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { LANGUAGES } from '@shared/i18n';
import { THEMES } from '@shared/themes';
import { within } from '@engine/deadline';
import { makeFolder, replaceFile } from '@engine/files';

/** How long the end of the program waits for the file. */
const WRITTEN_LIMIT_MS = 2_000;

const px = z.number().int().min(-100_000).max(100_000);

/** Where the window was, in device-independent pixels. */
const placeSchema = z.strictObject({
  x: px,
  y: px,
  width: px,
  height: px,
  maximized: z.boolean(),
});

// One setting that is broken costs no other one anything.
const schema = z.object({
  /** Null until one was chosen: then the system's counts. */
  language: z.enum(LANGUAGES).nullable().catch(null),
  theme: z.enum(THEMES).catch('system'),
  /** Whether this PC is diagnosed as soon as the window is there. */
  diagnosesByItself: z.boolean().catch(true),
  window: placeSchema.nullable().catch(null),
});

/** Settings of the person who uses the program. */
type Settings = Readonly<z.infer<typeof schema>>;
/** Where the window was. */
export type WindowPlace = Readonly<z.infer<typeof placeSchema>>;

/** The settings, and a way to change them. */
export interface SettingsFile {
  readonly current: () => Settings;
  /** Takes other values, and remembers them: the whole file or nothing, one change after the other. */
  readonly change: (values: Partial<Settings>) => Promise<void>;
  /** Resolves once all that was changed so far is in the file or could not be put there, or after two seconds. */
  readonly written: () => Promise<void>;
}

/** Opens the settings; a file that is missing or broken gives the ones of a first start. */
export function openSettings(file: string): SettingsFile {
  let current = read(file);
  let written = Promise.resolve();
  return {
    current: () => current,
    change: (values) => {
      current = { ...current, ...values };
      const writing = written.then(() => write(file, values));
      written = writing.catch(() => undefined);
      return writing;
    },
    // A profile on a share that does not answer must not keep a program without a window.
    written: () =>
      within(
        { ms: WRITTEN_LIMIT_MS },
        () => written,
        () => undefined,
      ),
  };
}

function read(file: string): Settings {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return schema.parse({});
  }
}

async function write(file: string, values: Partial<Settings>): Promise<void> {
  await makeFolder(dirname(file));
  // Another window, of a process with other rights, may have written what it was told meanwhile.
  const settings = { ...read(file), ...values };
  await replaceFile(file, `${JSON.stringify(settings)}\n`, 0o600);
}
