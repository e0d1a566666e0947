/**
 * `node build/icon.mjs`: draws build/icon.ico and docs/icon.png anew from build/icon/*.svg, with Chromium.
 * The results are committed, so that packing needs no browser.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright';
import { root } from './bundle.mjs';

/** What Windows asks for at 100 % to 400 % scaling: lists, taskbar, desktop, tiles. In pixels. */
const SIZES = [16, 20, 24, 30, 32, 36, 40, 48, 60, 64, 72, 80, 96, 128, 256];
/** Up to this size the simpler drawing is the clearer one. */
const LARGEST_SMALL = 32;
/** From this size on Windows takes PNG inside an icon; everything that reads icons takes bitmaps below. */
const SMALLEST_PNG = 256;

/**
 * @typedef {{ size: number, png: Buffer, rgba: Buffer }} Picture
 */

/** Runs in the browser, whose types the scripts of the build do not know. */
const DRAW = `async ({ source, side }) => {
  const image = new Image(side, side);
  image.src = 'data:image/svg+xml;base64,' + btoa(source);
  await image.decode();
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0, side, side);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return {
    png: [...new Uint8Array(await blob.arrayBuffer())],
    rgba: [...context.getImageData(0, 0, side, side).data],
  };
}`;

/**
 * @param {import('playwright').Page} page
 * @param {string} source SVG
 * @param {number} side in pixels
 * @returns {Promise<Picture>}
 */
async function draw(page, source, side) {
  /** @type {{ png: number[], rgba: number[] }} */
  const { png, rgba } = await page.evaluate(`(${DRAW})(${JSON.stringify({ source, side })})`);
  return { size: side, png: Buffer.from(png), rgba: Buffer.from(rgba) };
}

/**
 * A device-independent bitmap as icons hold it: header of double height, BGRA bottom-up, then the 1-bit mask that
 * programs without alpha use (https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10)).
 * @param {Picture} picture
 */
function bitmap({ size, rgba }) {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(size, 4);
  header.writeInt32LE(size * 2, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const colours = Buffer.alloc(size * size * 4);
  const maskRow = Math.ceil(size / 32) * 4;
  const mask = Buffer.alloc(maskRow * size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = (y * size + x) * 4;
      const row = size - 1 - y;
      const to = (row * size + x) * 4;
      colours.set(
        [2, 1, 0, 3].map((channel) => rgba[from + channel] ?? 0),
        to,
      );
      if ((rgba[from + 3] ?? 0) < 128) {
        const at = row * maskRow + (x >> 3);
        mask[at] = (mask[at] ?? 0) | (0x80 >> (x & 7));
      }
    }
  }
  return Buffer.concat([header, colours, mask]);
}

/**
 * @param {readonly Picture[]} pictures
 */
function ico(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  const bodies = pictures.map((picture) =>
    picture.size < SMALLEST_PNG ? bitmap(picture) : picture.png,
  );
  let offset = head.length;
  pictures.forEach(({ size }, index) => {
    const at = 6 + 16 * index;
    const length = bodies[index]?.length ?? 0;
    // 0 stands for 256.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += length;
  });
  return Buffer.concat([head, ...bodies]);
}

const folder = path.join(root, 'build/icon');
const large = await readFile(path.join(folder, 'icon.svg'), 'utf8');
const small = await readFile(path.join(folder, 'icon-small.svg'), 'utf8');
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  // Chromium refuses its sandbox to root.
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage();
  const pictures = [];
  for (const size of SIZES) {
    pictures.push(await draw(page, size <= LARGEST_SMALL ? small : large, size));
  }
  await writeFile(path.join(root, 'build/icon.ico'), ico(pictures));
  await mkdir(path.join(root, 'docs'), { recursive: true });
  await writeFile(path.join(root, 'docs/icon.png'), pictures.at(-1)?.png ?? '');
  console.log(`Drew build/icon.ico (${SIZES.join(', ')} pixels) and docs/icon.png.`);
} finally {
  await browser.close();
}
