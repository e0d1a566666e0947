/** `npm run screenshots`: builds the window and takes the pictures of docs/pictures, each state in simulated PCs. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundle, endBuilding, root } from './bundle.mjs';

const pictures = path.join(root, 'docs/pictures');
const problem = path.join(root, 'electron/app/cases/srv-record-missing.json');
const healthy = path.join(root, 'test/scenarios/healthy/default.json');
/** Device pixels of 1280×860 at 150 %. */
const size = { viewport: { width: 1920, height: 1290 }, scale: 1.5 };

/** The way into the window that the specs take, which is TypeScript. */
async function standIn() {
  const outfile = path.join(root, 'node_modules/.cache/kms-doctor/launch.mjs');
  await mkdir(path.dirname(outfile), { recursive: true });
  await build({
    entryPoints: [path.join(root, 'test/window/stand-in/launch.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  /** @type {unknown} */
  const launching = await import(pathToFileURL(outfile).href);
  return /** @type {typeof import('../test/window/stand-in/launch')} */ (launching);
}

const { launch, closeChromium } = await standIn();

/**
 * Opens a simulated PC and presses Diagnose.
 * @param {string} file
 * @param {import('../test/window/stand-in/launch').LaunchOptions} [options]
 */
async function diagnose(file, options = {}) {
  const program = await launch({ args: ['--scenario', file], ...size, ...options });
  program.page.setDefaultTimeout(90_000);
  await program.page.locator('[data-primary]').click();
  return program;
}

/** @param {import('playwright').Page} page */
async function finished(page) {
  await page.locator('article [data-light="pass"]').first().waitFor();
  await page.locator('section[aria-busy="true"]').waitFor({ state: 'detached' });
  await page.mouse.move(640, 2);
}

/**
 * @param {import('playwright').Page} page
 * @param {string} name
 */
async function picture(page, name) {
  // What fades in has come, and what unfolds lies open.
  await page.waitForTimeout(700);
  await page.screenshot({ path: path.join(pictures, `${name}.png`), timeout: 90_000 });
  console.log(`docs/pictures/${name}.png`);
}

async function light() {
  const app = await diagnose(problem);
  const { page, dialogs } = app;
  await finished(page);
  await picture(page, 'problem-light');

  const card = page.locator('[data-card="create-srv-record"]');
  await card.locator('button[aria-expanded]').click();
  await page.locator('[data-card="create-srv-record"] ~ section').waitFor();
  await picture(page, 'details-light');
  await card.locator('button[aria-expanded]').click();

  await page.locator('main [data-primary]').first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('KMS host', { exact: true }).fill('kms1.contoso.com');
  await dialog.locator('[data-primary]:enabled').waitFor();
  await picture(page, 'dialog-light');
  await dialogs.answer('yes');
  await dialog.locator('[data-primary]').click();
  await dialog.getByRole('region').waitFor();
  await picture(page, 'done-light');
  await app.close();
}

async function dark() {
  const app = await diagnose(problem, { colorScheme: 'dark', language: 'zh-TW' });
  const { page } = app;
  await finished(page);
  await picture(page, 'problem-dark-zh-TW');
  await app.close();
}

async function well() {
  const app = await diagnose(healthy);
  const { page } = app;
  await finished(page);
  await picture(page, 'healthy-light');
  await app.close();
}

await bundle(['resources', 'main', 'preload', 'renderer']);
await endBuilding();
await mkdir(pictures, { recursive: true });
try {
  for (const take of [light, dark, well]) await take();
} finally {
  await closeChromium();
}
