import { existsSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it, vi } from 'vitest';

const paths = new Map<string, string>();
vi.mock('electron', () => ({
  app: {
    setPath: (name: string, path: string) => paths.set(name, path),
    setAppLogsPath: (path: string) => paths.set('logs', path),
  },
}));

it('keeps everything that Chromium writes in one private directory', async () => {
  const { useTemporaryProfile } = await import('../../../electron/app/temporary-profile');
  useTemporaryProfile();
  const folder = paths.get('userData') ?? '';
  try {
    expect(paths.get('sessionData')).toBe(folder);
    expect(paths.get('crashDumps')).toBe(folder);
    expect(dirname(paths.get('logs') ?? '')).toBe(folder);
    expect(existsSync(folder)).toBe(true);
    // Windows has no such mode bits; the parent directory's permissions apply instead.
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
