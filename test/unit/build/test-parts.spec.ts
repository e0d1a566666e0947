/** Which real parts a tier needs on each platform, and which tiers must run. Empty files represent the programs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { partsOfTier, findProgram, requiredTiers, tiers } from '../../../build/test-parts.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-parts-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the rest of the test as if on this platform. */
function on(platform: NodeJS.Platform): void {
  vi.stubGlobal('process', Object.create(process, { platform: { value: platform } }));
}

function file(...names: string[]): string {
  const full = path.join(folder, ...names);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, '');
  return full;
}

const missing = (tier: string) =>
  partsOfTier(tier)
    .filter((part) => part.find() === null)
    .map(({ name }) => name);

describe('a program on Windows', () => {
  beforeEach(() => {
    on('win32');
    vi.stubEnv('PATH', `${path.join(folder, 'a')};${path.join(folder, 'b')}`);
    vi.stubEnv('PATHEXT', '.COM;.EXE;.BAT;.CMD');
  });

  it('is found by name and PATHEXT extension, in PATH order', () => {
    const second = file('b', 'dotnet.EXE');
    expect(findProgram('dotnet')).toBe(second);
    expect(findProgram('dotnet.EXE')).toBe(second);
    const first = file('a', 'dotnet.COM');
    expect(findProgram('dotnet')).toBe(first);
    const before = file('elsewhere.exe');
    expect(findProgram('dotnet', before)).toBe(before);
  });

  it('is not found if it needs a shell or has no extension', () => {
    file('a', 'npm');
    file('a', 'npm.CMD');
    expect(findProgram('npm')).toBeNull();
  });
});

it('a program on Linux is found by its exact name', () => {
  on('linux');
  vi.stubEnv('PATH', `relative:${folder}`);
  file('planted.EXE');
  expect(findProgram('planted')).toBeNull();
  const planted = file('planted');
  expect(findProgram('planted')).toBe(planted);
});

describe('on Windows', () => {
  beforeEach(() => {
    on('win32');
    vi.stubEnv('PATH', folder);
    vi.stubEnv('SystemRoot', folder);
    vi.stubEnv('KMS_DOCTOR_TIERS', '');
    vi.stubEnv('KMS_DOCTOR_CHROMIUM', undefined);
  });

  it('the powershell tier needs Windows PowerShell but no .NET', () => {
    expect(missing('powershell')).toEqual(['Windows PowerShell']);
    file('System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
    expect(missing('powershell')).toEqual([]);
  });

  it.each(['window', 'package'])('the %s tier needs Chromium but no Linux programs', (tier) => {
    vi.stubEnv('KMS_DOCTOR_CHROMIUM', file('msedge.exe'));
    const names = partsOfTier(tier).map(({ name }) => name);
    expect(names).toContain('Chromium');
    expect(missing(tier)).not.toContain('Chromium');
    expect(names.filter((name) => /wine|makensis|dotnet/i.test(name))).toEqual([]);
  });

  it('the wine tier runs only if KMS_DOCTOR_TIERS names it', () => {
    expect(missing('wine')).toHaveLength(1);
    vi.stubEnv('KMS_DOCTOR_TIERS', 'unit,wine');
    expect(missing('wine')).toEqual([]);
  });

  it.each(['unit', 'scenarios', 'elevation'])('the %s tier needs nothing', (tier) => {
    expect(partsOfTier(tier)).toEqual([]);
  });

  it('no installation advice refers to a shell script', () => {
    const advice = tiers().flatMap((tier) => partsOfTier(tier).map(({ get }) => get));
    expect(advice.length).toBeGreaterThan(5);
    expect(advice.filter((get) => get.includes('.sh'))).toEqual([]);
  });
});

describe('required tiers', () => {
  it('are the tiers that KMS_DOCTOR_TIERS names', () => {
    vi.stubEnv('KMS_DOCTOR_ALL_TIERS', undefined);
    vi.stubEnv('KMS_DOCTOR_TIERS', 'unit, powershell,');
    expect(requiredTiers(['unit', 'dns'])).toEqual(['unit', 'powershell']);
  });

  it('are all tiers with KMS_DOCTOR_ALL_TIERS=1, and none by default', () => {
    vi.stubEnv('KMS_DOCTOR_ALL_TIERS', undefined);
    vi.stubEnv('KMS_DOCTOR_TIERS', undefined);
    expect(requiredTiers(['unit', 'dns'])).toEqual([]);
    vi.stubEnv('KMS_DOCTOR_ALL_TIERS', '1');
    expect(requiredTiers(['unit', 'dns'])).toEqual(['unit', 'dns']);
  });
});
