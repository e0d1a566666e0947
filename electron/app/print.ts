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

/** Prints an HTML document to PDF. Calls must not overlap: they share the session. */
export async function printToPdf(html: string): Promise<Uint8Array> {
  const printing = session.fromPartition(PARTITION);
  if (printing.protocol.isProtocolHandled(SCHEME)) printing.protocol.unhandle(SCHEME);
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
