/**
 * Checklist items 1 (only secure content) and 18 (a custom protocol instead of file://): the page is loaded from
 * `app://bundle/`, which serves only the files listed by the build.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type Session, protocol } from 'electron';
import { z } from 'zod';
import { CONTENT_SECURITY_POLICY } from './security/content-security-policy';

/** Scheme of all the program's pages. */
export const SCHEME = 'app';
/** Origin of the window's page. */
export const BUNDLE_ORIGIN = `${SCHEME}://bundle`;
/** URL of the window's page. */
export const START_PAGE = `${BUNDLE_ORIGIN}/index.html`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Registers the scheme. Must run before `ready`. */
export function registerBundleScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true } },
  ]);
}

/**
 * Reads the build's list of page files, with paths relative to the page's folder.
 *
 * @throws if the list is missing or invalid: the program isn't built, or has been tampered with
 */
export function readBundleList(file: string): readonly string[] {
  const list = z.array(z.string().regex(/^(?!.*\.\.)[\w./-]+$/));
  return list.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * Serves the page.
 *
 * @param folder folder of the page's files
 * @param list returns the files that may be served
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
