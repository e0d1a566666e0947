/**
 * Removes profiles left by earlier repair sessions, and keeps similar folders. A stub returns the
 * security descriptors.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Unreadable } from '@engine/computer';
import type { RunScript } from '../../electron/elevation/launch';
import { profilePrefix, sweepProfiles } from '../../electron/elevation/profile-sweep';

/** As inherited from Windows' temp folder: users may add files but own nothing. */
const ADMINISTRATORS = 'O:BAG:SYD:AI(A;ID;FA;;;BA)(A;ID;FA;;;SY)(A;CIID;0x100026;;;BU)';
const USERS = 'O:S-1-5-21-1-2-3-1001G:SYD:AI(A;ID;FA;;;BA)(A;ID;FA;;;S-1-5-21-1-2-3-1001)';

let base: string;
let dead: number;
let looks: Record<string, { self?: string; inside?: { sddl: string; link: boolean }[] }>;
const looked: string[] = [];
const runScript: RunScript = async (_script, order) => {
  const { path } = order as { path: string };
  looked.push(path);
  const { self = ADMINISTRATORS, inside = [] } = looks[path] ?? {};
  return {
    drive: 'Fixed',
    self: { path, sddl: self, link: false },
    inside: inside.map((item) => ({ ...item, path: join(path, 'x') })),
    above: [],
  };
};

const profile = (name: string): string => {
  const folder = join(base, name);
  mkdirSync(join(folder, 'Cache'), { recursive: true });
  writeFileSync(join(folder, 'Cache', 'data_0'), '');
  return folder;
};

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'kms-doctor-sweep-'));
  looks = {};
  looked.length = 0;
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  dead = child.pid!;
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

it('removes the profile of a session that is gone', async () => {
  const folder = profile(`${profilePrefix(dead)}Ab3dE6`);
  expect(await sweepProfiles(base, runScript)).toEqual([`${profilePrefix(dead)}Ab3dE6`]);
  expect(existsSync(folder)).toBe(false);
});

it('keeps the profile of a running session and folders with other names', async () => {
  const others = [
    `${profilePrefix(process.pid)}Ab3dE6`,
    'kms-doctor-repair-Ab3dE6',
    `${profilePrefix(dead)}Ab3dE6x`,
    `x${profilePrefix(dead)}Ab3dE6`,
    `${profilePrefix(dead)}Ab3.E6`,
  ].map(profile);
  expect(await sweepProfiles(base, runScript)).toEqual([]);
  expect(others.filter((folder) => !existsSync(folder))).toEqual([]);
  expect(looked).toEqual([]);
});

it('follows no link and skips files', async () => {
  const kept = profile('kept');
  symlinkSync(kept, join(base, `${profilePrefix(dead)}Ab3dE6`), 'junction');
  writeFileSync(join(base, `${profilePrefix(dead)}Ab3dE7`), '');
  const linking = profile(`${profilePrefix(dead)}Ab3dE8`);
  symlinkSync(kept, join(linking, 'Cache', 'link'), 'junction');
  looks[linking] = { inside: [{ sddl: ADMINISTRATORS, link: true }] };
  expect(await sweepProfiles(base, runScript)).toEqual([]);
  expect(looked).toEqual([linking]);
  expect(existsSync(join(kept, 'Cache', 'data_0'))).toBe(true);
});

it('keeps folders that a user created or added files to', async () => {
  const made = profile(`${profilePrefix(dead)}Ab3dE6`);
  const given = profile(`${profilePrefix(dead)}Ab3dE7`);
  looks[made] = { self: USERS };
  looks[given] = { inside: [{ sddl: USERS, link: false }] };
  expect(await sweepProfiles(base, runScript)).toEqual([]);
  expect([made, given].map(existsSync)).toEqual([true, true]);
});

it('continues after a failure and never throws', async () => {
  const odd = profile(`${profilePrefix(dead)}Ab3dE6`);
  profile(`${profilePrefix(dead)}Ab3dE7`);
  const failing: RunScript = async (script, order, limit) => {
    if ((order as { path: string }).path === odd) throw new Unreadable('timed-out');
    return runScript(script, order, limit);
  };
  expect(await sweepProfiles(base, failing)).toEqual([`${profilePrefix(dead)}Ab3dE7`]);
  expect(await sweepProfiles(join(base, 'none'), runScript)).toEqual([]);
});
