import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type * as FsPromises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { log } from '../../../electron/app/log';
import { openSettings } from '../../../electron/app/settings';

const work = { x: 0, y: 0, width: 1920, height: 1040 };
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FsPromises>();
  return { ...real, mkdir: vi.fn(real.mkdir) };
});
vi.mock('electron', () => ({ screen: { getAllDisplays: () => [{ workArea: work }] } }));
const { fitBoundsToDisplays, trackWindowBounds, savedWindowBounds } =
  await import('../../../electron/app/window-bounds');

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
  it('are the defaults if there is no file, and persist when changed', async () => {
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

  it('are on disk once written() resolves, even if other settings fail to be written', async () => {
    const settings = openSettings(file);
    const refused = openSettings(join(folder, 'deep', 'settings.json', 'below.json'));
    void settings.change({ theme: 'dark' });
    void settings.change({ language: 'zh-TW' });
    await settings.written();
    expect(openSettings(file).current()).toMatchObject({ theme: 'dark', language: 'zh-TW' });
    await expect(refused.change({ theme: 'dark' })).rejects.toThrow();
    await expect(refused.written()).resolves.toBeUndefined();
  });

  it("aren't awaited indefinitely if the disk doesn't respond", async () => {
    const { mkdir } = vi.mocked(await import('node:fs/promises'));
    mkdir.mockImplementationOnce(() => new Promise(() => undefined));
    const settings = openSettings(file);
    void settings.change({ theme: 'dark' });
    const started = performance.now();
    await settings.written();
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(openSettings(file).current().theme).toBe('system');
  });

  it('preserve the changes of another window', async () => {
    const [one, other] = [openSettings(file), openSettings(file)];
    await one.change({ theme: 'dark' });
    await other.change({ language: 'zh-TW' });
    await one.change({ diagnosesByItself: false });
    const all = { theme: 'dark', language: 'zh-TW', diagnosesByItself: false };
    expect(openSettings(file).current()).toMatchObject(all);
  });

  it('lose only invalid properties', () => {
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

describe('window bounds', () => {
  const place = { x: 100, y: 80, width: 1200, height: 800, maximized: false };

  it('are restored as long as the title bar is reachable', () => {
    expect(fitBoundsToDisplays(place, [work])).toEqual(place);
    expect(fitBoundsToDisplays(null, [work])).toBeNull();
    // On a second screen, first connected and then disconnected.
    const second = { x: 1920, y: 0, width: 1280, height: 984 };
    const there = { ...place, x: 2000 };
    expect(fitBoundsToDisplays(there, [work, second])).toEqual(there);
    expect(fitBoundsToDisplays(there, [work])).toBeNull();
    expect(fitBoundsToDisplays({ ...place, y: -40 }, [work])).toBeNull();
    expect(fitBoundsToDisplays({ ...place, x: -1100 }, [work])).toBeNull();
    expect(fitBoundsToDisplays({ ...place, x: -1000 }, [work])).not.toBeNull();
  });

  it('shrink to fit a smaller screen and are never too small to use', () => {
    const small = { x: 0, y: 0, width: 1024, height: 728 };
    expect(fitBoundsToDisplays(place, [small])).toMatchObject({ width: 1024, height: 728 });
    expect(fitBoundsToDisplays({ ...place, width: 300, height: 60 }, [work])).toMatchObject({
      width: 480,
      height: 320,
    });
  });

  it('are saved after a resize and restored at the next start', async () => {
    const bounds = { x: 5, y: 6, width: 700, height: 500 };
    const window = Object.assign(new EventEmitter(), {
      getNormalBounds: () => bounds,
      isMaximized: () => true,
    });
    const failed = vi.spyOn(log, 'error');
    const settings = openSettings(file);
    trackWindowBounds(window as never, settings);
    window.emit('resized');
    await settings.change({});
    expect(savedWindowBounds(openSettings(file))).toEqual({ ...bounds, maximized: true });
    expect(failed).not.toHaveBeenCalled();
  });
});
