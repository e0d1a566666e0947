/** Reloads the page after rebuilds, for `npm run dev`. The installed program reads the file list only once. */
import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type BrowserWindow, app } from 'electron';
import { readBundleList } from './bundle-protocol';

/** Delay before reloading: a build writes its files one by one. */
const SETTLED_MS = 100;

function isDeveloping(): boolean {
  return !app.isPackaged && process.env['KMS_DOCTOR_DEV'] === '1';
}

/** Returns the list of the page's files: cached, or read on every call during development. */
export function bundleList(file: string): () => readonly string[] {
  const list = readBundleList(file);
  return isDeveloping() ? () => readBundleList(file) : () => list;
}

/** Reloads the page after each rebuild. */
export function reloadOnRebuild(window: BrowserWindow, file: string): void {
  if (!isDeveloping()) return;
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(dirname(file), (_event, name) => {
    if (name !== basename(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!window.isDestroyed()) window.webContents.reload();
    }, SETTLED_MS);
  });
  window.on('closed', () => {
    clearTimeout(timer);
    watcher.close();
  });
}
