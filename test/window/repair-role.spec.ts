/** The built program as the elevated side of a repair session, which it must not be here: nothing is elevated. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createRepairClient } from '../../electron/repair/client';
import { closeChromium, start } from './stand-in/launch';

afterAll(closeChromium);

it('answers the window that started it, opens none itself, and changes nothing without the rights', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'kms-doctor-role-'));
  let role: Awaited<ReturnType<typeof start>> | null = null;
  const client = createRepairClient({
    launch: async (token) => {
      role = await start({
        args: ['--repair', token],
        standIn: { packaged: true, bare: true, environment: { TMPDIR: temporary } },
      });
      return { outcome: 'started' };
    },
    language: () => 'en',
    log: () => undefined,
  });
  try {
    const outcome = await client.apply('flush-dns-cache', {}, 'f'.repeat(64), () => undefined);
    expect(outcome).toEqual({
      outcome: 'refused',
      message: expect.stringContaining('no administrator rights') as string,
    });
    const session = role as unknown as Awaited<ReturnType<typeof start>>;
    // Nothing of it is kept where the user's programs look, and nothing stays.
    expect(readdirSync(temporary)).toEqual([expect.stringMatching(/^kms-doctor-repair-/)]);
    expect(session.app.standIn!.pages()).toEqual([]);
    expect(await session.dialogs.shown()).toEqual([]);
    client.close();
    expect(await session.app.exited).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
    await session.close();
  } finally {
    client.close();
    rmSync(temporary, { recursive: true, force: true });
  }
});
