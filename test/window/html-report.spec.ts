/** The HTML report in a browser: accessible, and printed on A4 without clipped lines. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type decode from 'jsqr';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnosis } from '@shared/diagnosis';
import type { Language } from '@shared/i18n';
import { packFacts } from '@engine/facts-line';
import { diagnose } from '@engine/run';
import { htmlReport } from '../../electron/report/html';
import { computerOf } from '../scenarios/cases';
import { HOSTILE_NAMES } from '../support/hand-made-fleets';
import { WHOLE_KEY } from '../support/hostile';
import { sample } from '../support/sample';
import { diagnosisOf, hostileDiagnosis, journalLine } from '../unit/report/diagnoses';
import { type Browser, closePages, sharedChromium } from '../../build/electron-stand-in/chromium';
import { axeViolations } from './axe';

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await sharedChromium();
  folder = mkdtempSync(join(tmpdir(), 'kms-doctor-html-'));
});
afterAll(async () => {
  await closePages();
  rmSync(folder, { recursive: true, force: true });
});

/** A4 minus the style's margins, in CSS pixels. */
const PRINTED = { width: Math.floor(((210 - 28) / 25.4) * 96), height: 1000 };

/** A facts line of maximum length, which has no natural line break. */
const LONGEST = `KMSD1 ${'Abcdefghij0123456789.'.repeat(97)}`;

const CASES: readonly (readonly [string, Language, () => Promise<Diagnosis>])[] = [
  ['a wrong clock', 'en', () => diagnosisOf('clock-skew/timestamp-rejected-in-the-event')],
  ['sixty records', 'zh-TW', () => diagnosisOf('activation-pending/sixty-records')],
  ['hostile texts', 'en', hostileDiagnosis],
  ['hostile texts', 'zh-TW', hostileDiagnosis],
];

const diagnosed = (name: string) => diagnose(computerOf(name)).result;

/** Returns elements whose content is wider than they are. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
      .filter((one) => getComputedStyle(one).display !== 'inline')
      .map((one) => one.outerHTML.slice(0, 120)),
  );

/** Browsers are slow on a busy machine. */
const SLOW = { timeout: 300_000 };

describe('the HTML report', SLOW, () => {
  it.each(sample(CASES, 2, 1))(
    'of %s (%s) is accessible and complies with its own policy',
    async (_, language, make) => {
      const text = htmlReport(await make(), {
        language,
        version: '1.0.0',
        done: [journalLine('Create the KMS record in DNS')],
      });
      for (const colorScheme of ['light', 'dark'] as const) {
        const context = await browser.newContext({
          colorScheme,
          viewport: { width: 1000, height: 700 },
        });
        const page = await context.newPage();
        const complaints: string[] = [];
        page.on('console', (message) => complaints.push(message.text()));
        const requests: string[] = [];
        page.on('request', (request) => requests.push(request.url()));
        await page.setContent(text);
        expect(await page.locator('h2').first().isVisible()).toBe(true);
        const background = await page.evaluate(
          () => getComputedStyle(document.documentElement).backgroundColor,
        );
        expect(background).toBe(colorScheme === 'dark' ? 'rgb(31, 30, 29)' : 'rgb(255, 255, 255)');
        expect(await axeViolations(page)).toEqual([]);
        expect(complaints).toEqual([]);
        expect(requests).toEqual([]);
        await context.close();
      }
    },
  );

  it('is safe for a PC with any name', async () => {
    const diagnosis = await diagnosisOf('srv-record-missing/record-missing');
    const context = await browser.newContext({ viewport: { width: 320, height: 700 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => complaints.push(request.url()));
    for (const [index, computer] of sample(HOSTILE_NAMES, 4, 1).entries()) {
      const language = index % 2 === 0 ? 'en' : 'zh-TW';
      const target = { ...diagnosis.target, computer };
      await page.setContent(htmlReport({ ...diagnosis, target }, { language, version: '1.0.0' }));
      expect(await tooWide(page), computer).toEqual([]);
      const text = `${await page.title()}\n${await page.locator('body').innerText()}`;
      // eslint-disable-next-line no-control-regex -- invisible characters that take effect
      expect(text).not.toMatch(/[\u0000-\u0008\u001b\u202a-\u202e\u2066-\u2069]/);
      expect(text).not.toContain(WHOLE_KEY);
      expect(await page.locator('img, script').count()).toBe(0);
    }
    expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('contains the facts line, and a QR code with the same content', async () => {
    // Avoids a symbol of version 23, which this decoder misreads: it expects an alignment pattern
    // in the wrong place.
    const result = await diagnosed('srv-record-missing/count-low-before');
    const line = packFacts(result);
    const context = await browser.newContext({ colorScheme: 'dark', deviceScaleFactor: 2 });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.setContent(htmlReport(result.diagnosis, { language: 'en', version: '1.0.0', line }));
    expect(await page.locator('pre.line').textContent()).toBe(line);
    expect(await axeViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    const picture = (await page.locator('svg.qr').screenshot()).toString('base64');
    // The report's own policy blocks images.
    await page.goto('about:blank');
    // Decodes in the page, because transferring the millions of pixel values out of it is slow.
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('jsqr') });
    const read = await page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      const drawn = canvas.getContext('2d')!;
      drawn.drawImage(image, 0, 0);
      const { data, width, height } = drawn.getImageData(0, 0, image.width, image.height);
      const { jsQR } = window as unknown as { readonly jsQR: typeof decode };
      return jsQR(data, width, height)?.data;
    }, picture);
    await context.close();
    expect(read).toBe(line);
  });

  it.each(sample(CASES, 2))('of %s (%s) is printed completely', async (name, language, make) => {
    const context = await browser.newContext({ viewport: PRINTED });
    const page = await context.newPage();
    await page.setContent(htmlReport(await make(), { language, version: '1.0.0', line: LONGEST }));
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await tooWide(page), name).toEqual([]);
    const unfolded = await page.evaluate(() =>
      [...document.querySelectorAll('details tr')].every(
        (row) => row.getBoundingClientRect().height > 0,
      ),
    );
    expect(unfolded).toBe(true);
    const pdf = join(folder, 'report.pdf');
    writeFileSync(pdf, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
    await context.close();
    const pages = execFileSync('/usr/bin/pdftotext', ['-layout', pdf, '-'], {
      encoding: 'utf8',
    }).split('\f');
    const numbered = pages.filter((text) => text.trim() !== '');
    expect(numbered.length).toBeGreaterThan(2);
    numbered.forEach((text, index) => {
      expect(text).toMatch(new RegExp(`\\b${index + 1}\\s*/\\s*${numbered.length}\\s*$`));
    });
  });
});
