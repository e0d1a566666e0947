import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type * as FsPromises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSettings } from '../../../electron/app/settings';

const work = { x: 0, y: 0, width: 1920, height: 1040 };
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FsPromises>();
  return { ...real, mkdir: vi.fn(real.mkdir) };
});
vi.mock('electron', () => ({ screen: { getAllDisplays: () => [{ workArea: work }] } }));
const { placeOnScreens, rememberPlace, rememberedPlace } =
  await import('../../../electron/app/window-place');

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kms-doctor-settings-'));
  file = join(folder, 'deep', 'settings.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('settings', () => {
  it('are those of a first start where there is no file, and stay when one is changed', async () => {
    const settings = openSettings(file);
    expect(settings.current()).toEqual({
      language: null,
      theme: 'system',
      diagnosesByItself: true,
      window: null,
    });
    await Promise.all([
      settings.change({ theme: 'dark' }),
      settings.change({ language: 'zh-TW' }),
      settings.change({ diagnosesByItself: false }),
    ]);
    const expected = { language: 'zh-TW', theme: 'dark', diagnosesByItself: false, window: null };
    expect(openSettings(file).current()).toEqual(expected);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(expected);
  });

  it('are on the disk once they are said to be, where one could not be written as well', async () => {
    const settings = openSettings(file);
    const refused = openSettings(join(folder, 'deep', 'settings.json', 'below.json'));
    void settings.change({ theme: 'dark' });
    void settings.change({ language: 'zh-TW' });
    await settings.written();
    expect(openSettings(file).current()).toMatchObject({ theme: 'dark', language: 'zh-TW' });
    await expect(refused.change({ theme: 'dark' })).rejects.toThrow();
    await expect(refused.written()).resolves.toBeUndefined();
  });

  it('are not waited for where their disk does not answer', async () => {
    const { mkdir } = vi.mocked(await import('node:fs/promises'));
    mkdir.mockImplementationOnce(() => new Promise(() => undefined));
    const settings = openSettings(file);
    void settings.change({ theme: 'dark' });
    const started = performance.now();
    await settings.written();
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(openSettings(file).current().theme).toBe('system');
  });

  it('of another window stay where this one changes its own', async () => {
    const [one, other] = [openSettings(file), openSettings(file)];
    await one.change({ theme: 'dark' });
    await other.change({ language: 'zh-TW' });
    await one.change({ diagnosesByItself: false });
    const all = { theme: 'dark', language: 'zh-TW', diagnosesByItself: false };
    expect(openSettings(file).current()).toMatchObject(all);
  });

  it('lose only the one that is broken', () => {
    const broken = join(folder, 'settings.json');
    writeFileSync(broken, '{"language":"zh-TW","theme":"purple","window":{"x":"far"}}');
    expect(openSettings(broken).current()).toMatchObject({
      language: 'zh-TW',
      theme: 'system',
      window: null,
    });
    writeFileSync(broken, '{"language":');
    expect(openSettings(broken).current().language).toBeNull();
  });
});

describe('the place of the window', () => {
  const place = { x: 100, y: 80, width: 1200, height: 800, maximized: false };

  it('is taken again as long as a hand can reach its title bar', () => {
    expect(placeOnScreens(place, [work])).toEqual(place);
    expect(placeOnScreens(null, [work])).toBeNull();
    // Left half on a second screen, which is still there, and then is not.
    const second = { x: 1920, y: 0, width: 1280, height: 984 };
    const there = { ...place, x: 2000 };
    expect(placeOnScreens(there, [work, second])).toEqual(there);
    expect(placeOnScreens(there, [work])).toBeNull();
    expect(placeOnScreens({ ...place, y: -40 }, [work])).toBeNull();
    expect(placeOnScreens({ ...place, x: -1100 }, [work])).toBeNull();
    expect(placeOnScreens({ ...place, x: -1000 }, [work])).not.toBeNull();
  });

  it('shrinks to a smaller screen, and is never too small to use', () => {
    const small = { x: 0, y: 0, width: 1024, height: 728 };
    expect(placeOnScreens(place, [small])).toMatchObject({ width: 1024, height: 728 });
    expect(placeOnScreens({ ...place, width: 300, height: 60 }, [work])).toMatchObject({
      width: 480,
      height: 320,
    });
  });

  it('is kept when the window was moved, and found at the next start', async () => {
    const bounds = { x: 5, y: 6, width: 700, height: 500 };
    const window = Object.assign(new EventEmitter(), {
      getNormalBounds: () => bounds,
      isMaximized: () => true,
    });
    const failed = vi.fn();
    const settings = openSettings(file);
    rememberPlace(window as never, settings, failed);
    window.emit('resized');
    await settings.change({});
    expect(rememberedPlace(openSettings(file))).toEqual({ ...bounds, maximized: true });
    expect(failed).not.toHaveBeenCalled();
  });
});
