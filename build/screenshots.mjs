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

/** Pictures of completed diagnoses. @type {readonly [name: string, file: string, options?: Options][]} */
const STILLS = [
  ['problem-dark-zh-TW', problem, { colorScheme: 'dark', language: 'zh-TW' }],
  ['healthy-light', healthy],
  ['likely-light', silent],
  ['problem-contrast', problem, { forcedColors: true, colorScheme: 'dark' }],
  ['problem-small-200', problem, { viewport: { width: 1000, height: 700 }, scale: 2 }],
];

/** @typedef {import('./electron-stand-in/launch').LaunchOptions} Options */

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

async function light() {
  const app = await diagnose(problem);
  const { page, dialogs } = app;
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
  await app.close();
}

/**
 * Takes pictures of a whole treatment: before, during and after.
 * @param {'en' | 'zh-TW'} language
 */
async function treatment(language) {
  const title = { en: 'light', 'zh-TW': 'zh-TW' }[language];
  const app = await diagnose(parentDomain, { language });
  const dialog = app.page.getByRole('dialog');
  await app.page.locator('main [data-primary]:enabled').click();
  await dialog.locator('button[aria-expanded]').first().click();
  await picture(app.page, `repair-${title}`);
  await app.dialogs.answer('yes');
  await dialog.locator('[data-primary]').click();
  await dialog.getByRole('status').first().waitFor();
  await dialog.locator('[data-primary]:enabled').waitFor();
  await picture(app.page, `repair-done-${title}`);
  await app.close();

  // A simulated PC is repaired instantly, so the progress events are sent from here.
  const slow = await diagnose(parentDomain, { language, standIn: {} });
  slow.app.standIn?.answer('treatment:apply', new Promise(() => undefined));
  await slow.page.locator('main [data-primary]:enabled').click();
  await slow.page.getByRole('dialog').locator('[data-primary]:enabled').click();
  for (const step of [
    { type: 'step-started', index: 0 },
    { type: 'step-finished', index: 0, result: 'applied', found: 'activation-pending' },
    { type: 'step-started', index: 1 },
  ]) {
    slow.app.standIn?.tell('treatment:progress', step);
  }
  await picture(slow.page, `repair-doing-${title}`);
  await slow.close();
}

/** Pictures a running diagnosis. Simulated PCs are diagnosed instantly, so the page's clock is paused midway. */
async function underWay() {
  const app = await diagnose(healthy);
  const { page } = app;
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  const isUnderWay = () => page.getByRole('button', { name: 'Diagnosing…', exact: true }).count();
  const isPartDone = () => page.locator('article [data-light="pass"]').count();
  do {
    await page.getByRole('button', { name: 'Diagnose', exact: true }).click();
    while (!(await isUnderWay())) await page.clock.runFor(4);
    while ((await isUnderWay()) && !(await isPartDone())) await page.clock.runFor(4);
    // Everything may have arrived in one step.
  } while (!(await isUnderWay()));
  await picture(page, 'running-light');
  await app.close();
}

async function wrongInput() {
  const app = await diagnose(problem, { colorScheme: 'dark' });
  const { page, dialogs } = app;
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
  await app.close();
}

async function report() {
  const app = await diagnose(problem);
  const { page, dialogs, dataDir } = app;
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
  await app.close();
}

/** Pictures what the title bar opens: the search, with results, and the settings. */
async function titleBar() {
  const app = await diagnose(problem);
  const { page } = app;
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox').fill('firewall');
  await page.getByRole('dialog').locator('[data-hit]').nth(3).waitFor();
  await page.keyboard.press('ArrowDown');
  await picture(page, 'search-light');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Settings and help' }).click();
  await page.getByRole('dialog').getByRole('switch').waitFor();
  await picture(page, 'settings-light');
  await app.close();
}

/** Pictures about 150 PCs, opened as a folder of cases. */
async function fleet() {
  const { writeFleet } = /** @type {typeof import('../test/window/journeys/fleet-files')} */ (
    await importTypeScript('test/window/journeys/fleet-files.ts')
  );
  const app = await diagnose(healthy);
  const { page, dialogs, dataDir } = app;
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
  await app.app.clickMenu('open-folder');
  await page.locator('[data-list] button').first().click();
  await page.getByRole('option').nth(3).waitFor();
  await picture(page, 'fleet-light');
  await page.getByRole('option').nth(3).click();
  await page.locator('aside').first().waitFor();
  await finished(page);
  await picture(page, 'fleet-pc-light');
  await app.app.clickMenu('paste-facts');
  await page.getByRole('textbox').first().fill('KMSD1 7VrbbhMxEH3fr6hW4o1E7KZJ.gKpIFRJIFQ.');
  await page.getByRole('dialog').locator('[data-primary]').click();
  await page.locator('[aria-invalid="true"]').waitFor();
  await picture(page, 'paste-light');
  await app.close();
}

await bundle(['resources', 'main', 'preload', 'renderer']);
await mkdir(pictures, { recursive: true });
try {
  for (const language of /** @type {const} */ (['en', 'zh-TW'])) await treatment(language);
  for (const [name, file, options] of STILLS) {
    const app = await diagnose(file, options);
    await picture(app.page, name);
    await app.close();
  }
  for (const take of [light, underWay, wrongInput, report, titleBar, fleet]) await take();
} finally {
  await closeChromium();
}
