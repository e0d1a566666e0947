/** Settings that persist between runs. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { LANGUAGES } from '@shared/i18n';
import { THEMES } from '@shared/themes';
import { within } from '@engine/deadline';
import { makeFolder, replaceFile } from '@engine/files';

/** Milliseconds that quitting waits for the file to be written. */
const WRITTEN_LIMIT_MS = 2_000;

const px = z.number().int().min(-100_000).max(100_000);

/** Window position and size, in device-independent pixels. */
const placeSchema = z.strictObject({
  x: px,
  y: px,
  width: px,
  height: px,
  maximized: z.boolean(),
});

// Each setting has its own fallback, so an invalid one doesn't affect the others.
const schema = z.object({
  /** Null until the user selects one; the system's language applies. */
  language: z.enum(LANGUAGES).nullable().catch(null),
  theme: z.enum(THEMES).catch('system'),
  /** Whether this PC is diagnosed as soon as the window opens. */
  diagnosesByItself: z.boolean().catch(true),
  window: placeSchema.nullable().catch(null),
});

/** The user's settings. */
type Settings = Readonly<z.infer<typeof schema>>;
/** Saved window position and size. */
export type WindowPlace = Readonly<z.infer<typeof placeSchema>>;

/** The current settings, and functions that change and flush them. */
export type SettingsFile = ReturnType<typeof openSettings>;

/** Opens the settings; if the file is missing or invalid, the defaults apply. */
export function openSettings(file: string) {
  let current = read(file);
  let written = Promise.resolve();
  return {
    current: () => current,
    /** Merges and saves new values. Each write is atomic, and writes are serialized. */
    change: (values: Partial<Settings>): Promise<void> => {
      current = { ...current, ...values };
      const writing = written.then(() => write(file, values));
      written = writing.catch(() => undefined);
      return writing;
    },
    /**
     * Resolves once all changes so far are written or have failed, or after two seconds: a profile on an unresponsive
     * share must not keep the process running without a window.
     */
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
  // Another window, in a process with other rights, may have saved changes in the meantime.
  const settings = { ...read(file), ...values };
  await replaceFile(file, `${JSON.stringify(settings)}\n`, 0o600);
}
