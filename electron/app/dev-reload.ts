/** For `npm run dev`: the page follows its rebuilds. The installed program reads its list once and is done. */
import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type BrowserWindow, app } from 'electron';
import { readBundleList } from './bundle-protocol';

/** A build writes its files one after the other. */
const SETTLED_MS = 100;

function isDeveloping(): boolean {
  return !app.isPackaged && process.env['KMS_DOCTOR_DEV'] === '1';
}

/** The list of the page's files: read once, or at every question while the program is being developed. */
export function bundleList(file: string): () => readonly string[] {
  const list = readBundleList(file);
  return isDeveloping() ? () => readBundleList(file) : () => list;
}

/** Loads the page again after each build of it. */
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
