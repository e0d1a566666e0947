/** Size of the scripts that the window loads before it shows anything. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Returns the gzipped size in KB of the scripts that the page references (entry and preloads) and their imports. */
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
    // Only static imports: dynamic ones are loaded on demand.
    for (const match of script.toString().matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
      pending.push(join(file, '..', match[1] ?? ''));
    }
  }
  return bytes / 1024;
}
