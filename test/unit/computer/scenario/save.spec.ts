import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScenarioFile } from '@shared/scenario';
import { refusalOf, pc, scenarioFile, signal } from './pc';

describe('saved scenario', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kms-doctor-save-'));
    file = join(folder, 'pc.json');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const saved = () => JSON.parse(readFileSync(file, 'utf8')) as ScenarioFile;

  it('is rewritten after every change, and not written before the first', async () => {
    const computer = pc({}, { save: file });
    await computer.system(signal);
    expect(existsSync(file)).toBe(false);
    const seen: unknown[] = [];
    for (const host of ['kms7', 'kms8', 'kms9']) {
      await computer.setKmsHost(host, null, signal);
      seen.push(saved().licensing?.service?.KeyManagementServiceMachine);
    }
    expect(seen).toEqual(['kms7', 'kms8', 'kms9']);
    expect(saved()).toEqual(computer.document());
    expect(saved().computer).toBeUndefined();
  });

  it('is also written after a change without effect', async () => {
    const computer = pc({}, { save: file });
    await computer.flushDnsCache(signal);
    expect(saved()).toEqual(computer.document());
  });

  it('is also written after a failed activation, which leaves an event', async () => {
    const computer = pc({ hosts: {} }, { save: file });
    expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0xC004F074');
    expect(saved().events?.map(({ id }) => id)).toEqual([12288]);
  });

  it('replaces the old file atomically and leaves no other files', async () => {
    writeFileSync(file, 'the old file');
    const reader = openSync(file, 'r');
    const inode = statSync(file).ino;
    await pc({}, { save: file }).setLookupDomain('fabrikam.com', signal);
    expect(readFileSync(reader, 'utf8')).toBe('the old file');
    closeSync(reader);
    expect(statSync(file).ino).not.toBe(inode);
    expect(saved().licensing?.service?.KeyManagementServiceLookupDomain).toBe('fabrikam.com');
    expect(readdirSync(folder)).toEqual(['pc.json']);
  });

  it("is unchanged on disk and in memory if it can't be written", async () => {
    mkdirSync(file);
    const told: ScenarioFile[] = [];
    const computer = pc({}, { save: file, onChange: (document) => told.push(document) });
    expect(await refusalOf(computer.setKmsHost('kms9', null, signal))).toBe('not-kept');
    expect(computer.document()).toEqual(scenarioFile({}));
    expect(told).toEqual([]);
    expect(readdirSync(folder)).toEqual(['pc.json']);
  });

  it('is passed to the callback as a copy when it changes', async () => {
    const told: ScenarioFile[] = [];
    const computer = pc({}, { onChange: (document) => told.push(document) });
    await computer.setSuffixSearchList(['a.com'], signal);
    await computer.setSuffixSearchList(['a.com'], signal);
    expect(told).toEqual([scenarioFile({ computer: { dnsSuffixSearchList: ['a.com'] } })]);
    told[0]?.computer?.dnsSuffixSearchList?.push('b.com');
    expect(computer.document().computer?.dnsSuffixSearchList).toEqual(['a.com']);
  });
});
