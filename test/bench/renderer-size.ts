/** How much script the window loads before it shows anything. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Kilobytes, gzipped, of the scripts that the page names itself: entry and preloads, what they import with them. */
export function rendererGzipKb(folder: string): number {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const pending = [...page.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g)].map(
    (match) => match[1] ?? '',
  );
  const seen = new Set<string>();
  let bytes = 0;
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const script = readFileSync(join(folder, file));
    bytes += gzipSync(script).length;
    // Static imports only: what is imported by a call is loaded when it is needed.
    for (const match of script.toString().matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
      pending.push(join(file, '..', match[1] ?? ''));
    }
  }
  return bytes / 1024;
}
