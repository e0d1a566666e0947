/**
 * Prints a report to PDF: loads its HTML in a hidden window without scripts, in a separate session that serves only
 * this page.
 */
import { BrowserWindow, session } from 'electron';
import { SCHEME } from './bundle-protocol';
import { SAFE_PREFERENCES } from './window';

const PARTITION = 'report';
const PAGE = `${SCHEME}://report/index.html`;

/** Blocks scripts and all loading; the report itself declares its style policy. */
const POLICY = ['script-src', 'connect-src', 'img-src', 'font-src', 'frame-src', 'object-src']
  .map((directive) => `${directive} 'none'`)
  .join('; ');

let earlier: Promise<unknown> = Promise.resolve();

/** Prints an HTML document to PDF, after those before it: they share the session. */
export function printToPdf(html: string): Promise<Uint8Array> {
  const printed = earlier.then(() => print(html));
  earlier = printed.catch(() => undefined);
  return printed;
}

async function print(html: string): Promise<Uint8Array> {
  const printing = session.fromPartition(PARTITION);
  printing.protocol.handle(
    SCHEME,
    () =>
      new Response(html, {
        headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY },
      }),
  );
  const window = new BrowserWindow({
    show: false,
    webPreferences: { ...SAFE_PREFERENCES, session: printing, javascript: false, devTools: false },
  });
  try {
    await window.loadURL(PAGE);
    return await window.webContents.printToPDF({ pageSize: 'A4', printBackground: true });
  } finally {
    window.destroy();
    printing.protocol.unhandle(SCHEME);
  }
}
