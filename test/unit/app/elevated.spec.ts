/** Behavior of a process that has administrator rights or is about to request them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';

const paths = new Map<string, string>();
const happened: string[] = [];
let handles: Buffer[] = [];
let answer: () => Promise<{ response: number }>;

class BaseWindow {
  constructor(readonly options: object) {
    happened.push('made');
  }
  show = () => happened.push('shown');
  moveTop = () => happened.push('on top');
  focus = () => happened.push('focused');
  flashFrame = (on: boolean) => happened.push(on ? 'flashes' : 'is still');
  hide = () => happened.push('hidden');
}
const showMessageBox = vi.fn((_owner: BaseWindow, _question: object) => {
  happened.push('asked');
  return answer();
});

vi.mock('electron', () => ({
  app: {
    getPath: (name: string) =>
      name === 'logs' ? join(paths.get('userData')!, 'logs') : paths.get(name),
    setPath: (name: string, path: string) => paths.set(name, path),
    setAppLogsPath: (path: string) => paths.set('logs', path),
  },
  BaseWindow,
  BrowserWindow: {
    getAllWindows: () =>
      handles.map((handle) => ({
        isDestroyed: () => handle.length === 0,
        getNativeWindowHandle: () => handle,
      })),
  },
  dialog: { showMessageBox },
}));

const { resolvePaths } = await import('../../../electron/app/app-paths');
const { isProbablyElevated } = await import('../../../electron/app/integrity');
const { showDialogOnTop } = await import('../../../electron/app/dialog-on-top');
const { windowHandle } = await import('../../../electron/app/window-handle');

describe('directories of an elevated window', () => {
  const settle = (dataDir: string | null, elevated: boolean) => {
    paths.clear();
    paths.set('userData', join('/users', 'kms-doctor'));
    const folders = resolvePaths('/bundle', dataDir, elevated);
    return { ...folders, profile: paths.get('userData') };
  };

  it.each([null, '/data'])('are separate, except for the shared settings (%s)', (dataDir) => {
    const usual = settle(dataDir, false);
    const elevated = settle(dataDir, true);
    // Electron uses the profile to detect a running instance.
    expect(elevated.profile).toBe(join(usual.profile!, 'elevated'));
    expect(elevated.tempFolders).toBe(join(elevated.profile!, 'simulated'));
    expect(elevated.settings).toBe(usual.settings);
  });

  it('are chosen if an administrators-only directory can be opened on Windows', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-config-'));
    try {
      expect(isProbablyElevated(folder, 'win32')).toBe(true);
      expect(isProbablyElevated(join(folder, 'none'), 'win32')).toBe(false);
      expect(isProbablyElevated(folder, 'linux')).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('dialog of a process without a window', () => {
  beforeEach(() => {
    happened.length = 0;
    showMessageBox.mockClear();
  });

  it('opens on top of all windows and leaves nothing on the screen', async () => {
    answer = async () => {
      expect(happened.at(-1)).toBe('asked');
      return { response: 1 };
    };
    const question = { message: 'May it?', title: 'KMS Doctor' };
    expect(await showDialogOnTop(question)).toBe(1);
    expect(happened).toEqual([
      ...['made', 'shown', 'on top', 'focused', 'flashes', 'asked'],
      ...['is still', 'hidden'],
    ]);
    const [owner, asked] = showMessageBox.mock.calls[0]!;
    expect(asked).toBe(question);
    expect(owner.options).toMatchObject({ alwaysOnTop: true, opacity: 0, title: 'KMS Doctor' });
  });

  it('reuses its owner window, even after an aborted dialog', async () => {
    answer = async () => {
      throw new Error('aborted');
    };
    await expect(showDialogOnTop({ message: '' })).rejects.toThrow('aborted');
    expect(happened.at(-1)).toBe('hidden');
    answer = async () => ({ response: 0 });
    expect(await showDialogOnTop({ message: '' })).toBe(0);
    expect(happened).not.toContain('made');
    const [first, second] = showMessageBox.mock.calls;
    expect(second![0]).toBe(first![0]);
  });
});

describe('owner window of a Windows prompt', () => {
  const handle = (bytes: readonly number[]) => Buffer.from(bytes);

  it('is identified by its pointer-sized handle', () => {
    handles = [handle([0x40, 0x02, 0x01, 0, 0, 0, 0, 0])];
    expect(windowHandle()).toBe('66112');
    handles = [handle([0x40, 0x02, 0x01, 0])];
    expect(windowHandle()).toBe('66112');
  });

  it('is null if there is no window or it is destroyed', () => {
    handles = [];
    expect(windowHandle()).toBeNull();
    handles = [handle([])];
    expect(windowHandle()).toBeNull();
  });
});
