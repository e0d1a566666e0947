/** `npm run screenshots`: builds the window and takes the pictures in docs/pictures, all of simulated PCs. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { bundle, importTypeScript, root } from './bundle.mjs';

const pictures = path.join(root, 'docs/pictures');
const problem = path.join(root, 'electron/app/cases/srv-record-missing.json');
const healthy = path.join(root, 'test/scenarios/healthy/default.json');
const parentDomain = path.join(
  root,
  'test/scenarios/srv-record-in-other-domain/parent-domain.json',
);
/** In this case, Windows PowerShell never answers. */
const silent = path.join(root, 'test/scenarios/cannot-diagnose/powershell-hang.json');
/** Device pixels of 1280×860 at 150% scaling. */
const size = { viewport: { width: 1920, height: 1290 }, scale: 1.5 };

// The same launcher that the specs use.
const { launch, closeChromium } = /** @type {typeof import('./electron-stand-in/launch')} */ (
  await importTypeScript('build/electron-stand-in/launch.ts')
);

/**
 * @typedef {import('./electron-stand-in/launch').LaunchOptions} Options
 * @typedef {import('./electron-stand-in/launch').Launched} App
 */

/**
 * Opens a simulated PC and waits until its diagnosis is complete.
 * @param {string} file
 * @param {Options} [options]
 */
async function diagnose(file, options = {}) {
  const program = await launch({ args: ['--scenario', file], ...size, ...options });
  program.page.setDefaultTimeout(90_000);
  await finished(program.page);
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
  // Lazy-loaded content, fade-ins and expanding panels must have finished.
  await page.waitForTimeout(700);
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (Number(animation.effect?.getComputedTiming().endTime) < 10_000) animation.finish();
    }
  });
  await page.screenshot({ path: path.join(pictures, `${name}.png`), timeout: 90_000 });
  console.log(`docs/pictures/${name}.png`);
}

/** @param {App} app */
async function light({ page, dialogs }) {
  await picture(page, 'problem-light');

  const card = page.locator('[data-card="create-srv-record"]');
  await card.locator('button[aria-expanded]').click();
  await page.locator('[data-card="create-srv-record"] ~ section').waitFor();
  await picture(page, 'details-light');
  await card.locator('button[aria-expanded]').click();

  await page
    .locator('main section')
    .first()
    .getByRole('button', { name: 'Create the KMS record in DNS…' })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('KMS host', { exact: true }).fill('kms1.contoso.com');
  await dialog.locator('[data-primary]:enabled').waitFor();
  await picture(page, 'dialog-light');
  await dialogs.answer('yes');
  await dialog.locator('[data-primary]').click();
  await dialog.getByRole('region').waitFor();
  await picture(page, 'done-light');
}

/**
 * Pictures a treatment, before and after.
 * @param {App} app
 * @param {string} title
 */
async function treatment({ page, dialogs }, title) {
  const dialog = page.getByRole('dialog');
  await page.locator('main [data-primary]:enabled').click();
  await dialog.locator('button[aria-expanded]').first().click();
  await picture(page, `repair-${title}`);
  await dialogs.answer('yes');
  await dialog.locator('[data-primary]').click();
  await dialog.getByRole('status').first().waitFor();
  await dialog.locator('[data-primary]:enabled').waitFor();
  await picture(page, `repair-done-${title}`);
}

/**
 * Pictures a treatment under way. A simulated PC is repaired instantly, so the progress events are sent from here.
 * @param {App} app
 * @param {string} title
 */
async function treating({ page, app: { standIn } }, title) {
  standIn?.answer('treatment:apply', new Promise(() => undefined));
  await page.locator('main [data-primary]:enabled').click();
  await page.getByRole('dialog').locator('[data-primary]:enabled').click();
  for (const step of [
    { type: 'step-started', index: 0 },
    { type: 'step-finished', index: 0, result: 'applied', found: 'activation-pending' },
    { type: 'step-started', index: 1 },
  ]) {
    standIn?.tell('treatment:progress', step);
  }
  await picture(page, `repair-doing-${title}`);
}

/**
 * Pictures a running diagnosis. Simulated PCs are diagnosed instantly, so the page's clock is paused midway.
 * @param {App} app
 */
async function underWay({ page }) {
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  const isUnderWay = () => page.getByRole('button', { name: 'Diagnosing…', exact: true }).count();
  const isPartDone = () => page.locator('article [data-light="pass"]').count();
  do {
    const diagnoseButton = page.getByRole('button', { name: 'Diagnose', exact: true });
    // The button of the run before comes back with the page's clock.
    while (!(await diagnoseButton.count())) await page.clock.runFor(4);
    await diagnoseButton.click();
    while (!(await isUnderWay())) await page.clock.runFor(4);
    while ((await isUnderWay()) && !(await isPartDone())) await page.clock.runFor(4);
    // Everything may have arrived in one step.
  } while (!(await isUnderWay()));
  await picture(page, 'running-light');
}

/** @param {App} app */
async function wrongInput({ page, dialogs }) {
  await page.locator('[data-card="assign-kms-host"] button').first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('KMS host', { exact: true }).fill('fe80::1:1688');
  await dialog.locator('[aria-invalid="true"]').waitFor();
  await picture(page, 'dialog-invalid-dark');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await page.locator('[data-card="assign-kms-host"] button').first().click();
  await dialog.getByLabel('KMS host', { exact: true }).fill('kms9.contoso.com');
  await dialogs.answer('yes');
  await dialog.locator('[data-primary]:enabled').click();
  await dialog.getByRole('region').waitFor();
  await picture(page, 'done-dark');
}

/** @param {App} app */
async function report({ page, dialogs, dataDir }) {
  const choose = async (/** @type {string} */ menu, /** @type {string} */ item) => {
    await page.getByRole('button', { name: menu, exact: true }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await dialogs.choose(path.join(dataDir, 'PC-042.json'));
  await choose('Report', 'JSON');
  await page.getByText('PC-042.json').waitFor();
  await choose('Open', 'a report');
  await page.getByRole('complementary').waitFor();
  await picture(page, 'report-light');
}

/**
 * Pictures what the title bar opens: the search, with results, and the settings.
 * @param {App} app
 */
async function titleBar({ page }) {
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox').fill('firewall');
  // The suggested hits, which are shown before, don't mention it.
  const hits = page.getByRole('dialog').locator('[data-hit]');
  await hits
    .filter({ hasText: /firewall/i })
    .first()
    .waitFor();
  await page.keyboard.press('ArrowDown');
  await picture(page, 'search-light');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Settings and help' }).click();
  await page.getByRole('dialog').getByRole('switch').waitFor();
  await picture(page, 'settings-light');
}

/**
 * Pictures about 150 PCs, opened as a folder of cases.
 * @param {App} app
 */
async function fleet({ page, dialogs, dataDir, app }) {
  const { writeFleet } = /** @type {typeof import('../test/window/journeys/fleet-files')} */ (
    await importTypeScript('test/window/journeys/fleet-files.ts')
  );
  const folder = path.join(dataDir, 'Branch offices');
  const example = (/** @type {string} */ name) =>
    path.join(root, 'electron/app/cases', `${name}.json`);
  writeFleet(folder, [
    [problem, 64],
    [example('srv-record-in-other-domain'), 21],
    [example('kms-port-filtered'), 17],
    [example('assigned-host-unresolvable'), 5],
    [example('clock-skew'), 2],
    [healthy, 40],
  ]);
  await dialogs.choose(folder);
  await app.clickMenu('open-folder');
  await page.locator('[data-list] button').first().click();
  await page.getByRole('option').nth(3).waitFor();
  await picture(page, 'fleet-light');
  await page.getByRole('option').nth(3).click();
  await page.locator('aside').first().waitFor();
  await finished(page);
  await picture(page, 'fleet-pc-light');
  await app.clickMenu('paste-facts');
  await page.getByRole('textbox').first().fill('KMSD1 7VrbbhMxEH3fr6hW4o1E7KZJ.gKpIFRJIFQ.');
  await page.getByRole('dialog').locator('[data-primary]').click();
  await page.locator('[aria-invalid="true"]').waitFor();
  await picture(page, 'paste-light');
}

/**
 * Pictures a completed diagnosis.
 * @param {string} name
 * @returns {(app: App) => Promise<void>}
 */
const still =
  (name) =>
  ({ page }) =>
    picture(page, name);

/** @type {readonly [take: (app: App) => Promise<void>, file: string, options?: Options][]} */
const TAKES = [
  [(app) => treatment(app, 'light'), parentDomain, { language: 'en' }],
  [(app) => treating(app, 'light'), parentDomain, { language: 'en', standIn: {} }],
  [(app) => treatment(app, 'zh-TW'), parentDomain, { language: 'zh-TW' }],
  [(app) => treating(app, 'zh-TW'), parentDomain, { language: 'zh-TW', standIn: {} }],
  [still('problem-dark-zh-TW'), problem, { colorScheme: 'dark', language: 'zh-TW' }],
  [still('healthy-light'), healthy],
  [still('likely-light'), silent],
  [still('problem-contrast'), problem, { forcedColors: true, colorScheme: 'dark' }],
  [still('problem-small-200'), problem, { viewport: { width: 1000, height: 700 }, scale: 2 }],
  [light, problem],
  [underWay, healthy],
  [wrongInput, problem, { colorScheme: 'dark' }],
  [report, problem],
  [titleBar, problem],
  [fleet, healthy],
];

await bundle(['resources', 'main', 'preload', 'renderer']);
await mkdir(pictures, { recursive: true });
try {
  for (const [take, file, options] of TAKES) {
    const app = await diagnose(file, options);
    await take(app);
    await app.close();
  }
} finally {
  await closeChromium();
}
