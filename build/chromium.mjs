/** Where systems keep a Chromium that Playwright can drive; on Windows, Edge is one. */
import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * The Chromium of this machine: the one that the variable KMS_DOCTOR_CHROMIUM names, else an installed one.
 * @param {string} [own] path of a downloaded one, which goes before the installed ones
 * @returns {string | null} its full path
 */
export function chromiumPath(own) {
  const candidates = [process.env['KMS_DOCTOR_CHROMIUM'], own, ...PLACES];
  return candidates.find((file) => file !== undefined && existsSync(file)) ?? null;
}
