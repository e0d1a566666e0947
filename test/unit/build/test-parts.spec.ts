/** Which real parts a tier needs on which platform, and which tiers have to run. Files stand for the programs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { partsOfTier, program, requiredTiers, tiers } from '../../../build/test-parts.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-parts-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes the rest of the test one on that platform. */
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

  it('is found by its name and an ending of PATHEXT, in the order of PATH', () => {
    const second = file('b', 'dotnet.EXE');
    expect(program('dotnet')).toBe(second);
    expect(program('dotnet.EXE')).toBe(second);
    const first = file('a', 'dotnet.COM');
    expect(program('dotnet')).toBe(first);
    const before = file('elsewhere.exe');
    expect(program('dotnet', before)).toBe(before);
  });

  it('is none that would need a shell, and none without an ending', () => {
    file('a', 'npm');
    file('a', 'npm.CMD');
    expect(program('npm')).toBeNull();
  });
});

it('finds a program elsewhere by its name alone', () => {
  on('linux');
  vi.stubEnv('PATH', `relative:${folder}`);
  file('planted.EXE');
  expect(program('planted')).toBeNull();
  const planted = file('planted');
  expect(program('planted')).toBe(planted);
});

describe('on Windows', () => {
  beforeEach(() => {
    on('win32');
    vi.stubEnv('PATH', folder);
    vi.stubEnv('SystemRoot', folder);
    vi.stubEnv('KMS_DOCTOR_TIERS', '');
    vi.stubEnv('KMS_DOCTOR_CHROMIUM', undefined);
  });

  it('the tier powershell needs Windows PowerShell, and no .NET', () => {
    expect(missing('powershell')).toEqual(['Windows PowerShell']);
    file('System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
    expect(missing('powershell')).toEqual([]);
  });

  it.each(['window', 'package'])('the tier %s needs no part of Linux', (tier) => {
    vi.stubEnv('KMS_DOCTOR_CHROMIUM', file('msedge.exe'));
    const names = partsOfTier(tier).map(({ name }) => name);
    expect(names).toContain('Chromium');
    expect(missing(tier)).not.toContain('Chromium');
    expect(names.filter((name) => /wine|makensis|dotnet/i.test(name))).toEqual([]);
  });

  it('the tier wine changes nobody’s Windows unasked', () => {
    expect(missing('wine')).toHaveLength(1);
    vi.stubEnv('KMS_DOCTOR_TIERS', 'unit,wine');
    expect(missing('wine')).toEqual([]);
  });

  it.each(['unit', 'scenarios', 'elevation'])('the tier %s needs nothing', (tier) => {
    expect(partsOfTier(tier)).toEqual([]);
  });

  it('no advice is a script for Debian', () => {
    const advice = tiers().flatMap((tier) => partsOfTier(tier).map(({ get }) => get));
    expect(advice.length).toBeGreaterThan(5);
    expect(advice.filter((get) => get.includes('.sh'))).toEqual([]);
  });
});

describe('the tiers that have to run', () => {
  it('are those that the environment names', () => {
    vi.stubEnv('KMS_DOCTOR_ALL_TIERS', undefined);
    vi.stubEnv('KMS_DOCTOR_TIERS', 'unit, powershell,');
    expect(requiredTiers(['unit', 'dns'])).toEqual(['unit', 'powershell']);
  });

  it('are all where it says so, and none else', () => {
    vi.stubEnv('KMS_DOCTOR_ALL_TIERS', undefined);
    vi.stubEnv('KMS_DOCTOR_TIERS', undefined);
    expect(requiredTiers(['unit', 'dns'])).toEqual([]);
    vi.stubEnv('KMS_DOCTOR_ALL_TIERS', '1');
    expect(requiredTiers(['unit', 'dns'])).toEqual(['unit', 'dns']);
  });
});
