/**
 * Checklist items 1 (only secure content) and 18 (a protocol of its own instead of file://): the page comes
 * from `app://bundle/`, and only the files of the list that the build made are there.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type Session, protocol } from 'electron';
import { z } from 'zod';
import { CONTENT_SECURITY_POLICY } from './security/content-security-policy';

/** Scheme of everything that a page of the program is made of. */
export const SCHEME = 'app';
/** Where the window's page comes from. */
export const BUNDLE_ORIGIN = `${SCHEME}://bundle`;
/** The window's page. */
export const START_PAGE = `${BUNDLE_ORIGIN}/index.html`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Announces the scheme. Must run before `ready`. */
export function registerBundleScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true } },
  ]);
}

/**
 * Reads the build's list of the page's files, paths relative to the folder of the page.
 *
 * @throws when the list is missing or is not one: the program is not built, or was tampered with
 */
export function readBundleList(file: string): readonly string[] {
  const list = z.array(z.string().regex(/^(?!.*\.\.)[\w./-]+$/));
  return list.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * Serves the page.
 *
 * @param folder where the page's files are
 * @param list gives the only ones there are
 */
export function serveBundle(
  session: Pick<Session, 'protocol'>,
  folder: string,
  list: () => readonly string[],
): void {
  session.protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    const isPage = host === 'bundle' && request.method === 'GET';
    const file = isPage ? list().find((name) => pathname === `/${name}`) : undefined;
    const type = file === undefined ? undefined : TYPES[extname(file)];
    if (file === undefined || type === undefined) return page('', 404, 'text/plain');
    return page(await readFile(join(folder, file)), 200, type);
  });
}

function page(body: Buffer | string, status: number, type: string): Response {
  return new Response(typeof body === 'string' ? body : new Uint8Array(body), {
    status,
    headers: {
      'content-type': type,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  });
}
