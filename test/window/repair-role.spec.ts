/**
 * The built app as the elevated process of a repair session. It must refuse here because it isn't
 * elevated.
 */
import { mkdtempSync, readdirSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { ElevationClient } from '../../electron/elevation/client';
import { start } from '../../build/electron-stand-in/launch';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('the elevated process answers the window that started it, opens no window, and changes nothing without rights', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'kms-doctor-role-'));
  // Both processes create their files in this folder.
  vi.stubEnv('TMPDIR', temporary);
  const isProfile = (name: string | null) => /^kms-doctor-repair-/.test(name ?? '');
  const profiles = new Set<string | null>();
  const watching = watch(temporary, (_event, name) => {
    if (isProfile(name)) profiles.add(name);
  });
  let role: Awaited<ReturnType<typeof start>> | null = null;
  const client = new ElevationClient({
    launch: async (token) => {
      role = await start({
        args: ['--repair', token],
        standIn: { packaged: true, bare: true },
      });
      return { outcome: 'started' };
    },
    language: () => 'en',
    log: () => undefined,
  });
  try {
    const outcome = await client.change(
      'apply',
      { fix: 'flush-dns-cache', parameters: {}, digest: 'f'.repeat(64) },
      { progress: () => undefined },
    );
    expect(outcome).toEqual({
      outcome: 'refused',
      message: expect.stringContaining("doesn't have administrator rights") as string,
      restart: true,
    });
    const session = role as unknown as Awaited<ReturnType<typeof start>>;
    expect(session.app.standIn!.pages()).toEqual([]);
    expect(await session.dialogs.shown()).toEqual([]);
    client.close();
    expect(await session.app.exited).toBe(0);
    // It had its own profile, which is removed again.
    expect(profiles.size).toBe(1);
    expect(readdirSync(temporary).filter(isProfile)).toEqual([]);
    await session.close();
  } finally {
    client.close();
    watching.close();
    // Chromium may still be writing to its profile.
    rmSync(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
});
