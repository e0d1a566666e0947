import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFile } from '@engine/files';
import { translator } from '@shared/i18n';
import { parseScenario } from '@shared/scenario';
import { caseFile } from '../../scenarios/cases';
import { runCli } from './run-cli';

let folder: string;
const file = (name: string) => path.join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-save-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const SICK = caseFile('srv-record-missing/record-missing');

interface Gist {
  readonly verdict: { readonly code: string; readonly certainty: string };
  readonly procedures: readonly {
    readonly status: string;
    readonly checks: readonly { readonly status: string }[];
  }[];
}

/** Summarizes a report without its texts and times. */
function gist(json: string) {
  const { verdict, procedures } = JSON.parse(json) as Gist;
  return {
    code: verdict.code,
    certainty: verdict.certainty,
    lights: procedures.map(({ status, checks }) => [
      status,
      ...checks.map((check) => check.status),
    ]),
  };
}

describe('diagnose --save', () => {
  // Root could otherwise replace a device with a file, even /dev/null.
  it.runIf(process.platform !== 'win32')('refuses to replace a named pipe', async () => {
    const pipe = file('pipe');
    spawnSync('/usr/bin/mkfifo', [pipe]);
    const ran = await runCli('diagnose', '--scenario', SICK, '--save', pipe);
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain(pipe);
    await expect(replaceFile(pipe, 'text', 0o600)).rejects.toMatchObject({ code: 'ENOTSUP' });
    expect(statSync(pipe).isFIFO()).toBe(true);
  });

  it('rejects --record for a simulated PC', async () => {
    const ran = await runCli('diagnose', '--scenario', SICK, '--record', file('answers'));
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain('--record');
  });

  // Although its mode lets root write, /proc accepts no files. Other users have no access in any case.
  it.runIf(process.platform === 'linux')(
    'rejects a folder that accepts no files before diagnosing',
    async () => {
      const ran = await runCli('diagnose', '--scenario', SICK, '--save', '/proc/case.json');
      expect(ran).toMatchObject({ code: 64, stdout: '' });
      expect(ran.stderr).toContain('/proc/case.json');
    },
  );

  it('leaves no files behind if there is no case to save', async () => {
    const ran = await runCli('diagnose', '--scenario', file('none'), '--save', file('case.json'));
    expect(ran.code).toBe(64);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('writes a case that reproduces the report, and prints its path to stderr', async () => {
    const first = await runCli(
      'diagnose',
      '--scenario',
      SICK,
      '--save',
      file('case.json'),
      '--json',
      '--lang',
      'en',
    );
    expect(first.code).toBe(1);
    expect(first.stderr).toBe(
      `${translator('en')('cli.save.done', { file: file('case.json') })}\n`,
    );
    expect(parseScenario(JSON.parse(readFileSync(file('case.json'), 'utf8'))).ok).toBe(true);
    const again = await runCli('diagnose', '--scenario', file('case.json'), '--json');
    expect(again.code).toBe(1);
    expect(gist(again.stdout)).toEqual(gist(first.stdout));
    expect(readdirSync(folder)).toEqual(['case.json']);
  });

  it('saves the values of --dns and --domain, so that the case needs neither', async () => {
    const options = ['--dns', '10.0.0.10', '--domain', 'fabrikam.com'];
    const first = await runCli(
      'diagnose',
      '--scenario',
      caseFile('healthy/default'),
      ...options,
      '--save',
      file('case.json'),
      '--json',
    );
    const again = await runCli('diagnose', '--scenario', file('case.json'), '--json');
    expect(gist(again.stdout)).toEqual(gist(first.stdout));
    expect(first.stdout).toContain('_vlmcs._tcp.fabrikam.com');
    expect(again.stdout).toContain('_vlmcs._tcp.fabrikam.com');
  });

  it('replaces an existing file, and hides names with --hide-names', async () => {
    writeFileSync(file('case.json'), 'older');
    await runCli('diagnose', '--scenario', SICK, '--save', file('case.json'), '--hide-names');
    const text = readFileSync(file('case.json'), 'utf8');
    expect(text).not.toMatch(/contoso|PC-042|10\.0\.0\./i);
    expect(parseScenario(JSON.parse(text)).ok).toBe(true);
  });

  it('masks a product key in the report and in the case', async () => {
    const key = 'BCDFG-HJKMP-QRTVW-XY234-N6789';
    const scenario = JSON.parse(readFileSync(SICK, 'utf8')) as object;
    const events = [{ id: 8198, data: ['hr=0x8007232B', `ipk ${key}`] }];
    writeFileSync(file('in.json'), JSON.stringify({ ...scenario, events }));
    const { stdout } = await runCli(
      'diagnose',
      '--scenario',
      file('in.json'),
      '--save',
      file('case.json'),
      '--json',
    );
    for (const text of [stdout, readFileSync(file('case.json'), 'utf8')]) {
      expect(text).not.toContain('BCDFG');
      expect(text).toContain('N6789');
    }
  });

  it('masks a product key in the path that it prints', async () => {
    const saved = file('BCDFG-HJKMP-QRTVW-XY234-N6789.json');
    const { stderr } = await runCli('diagnose', '--scenario', SICK, '--save', saved);
    expect(stderr).not.toContain('BCDFG');
    expect(stderr).toContain('N6789.json');
  });

  it('leaves no partial file if the target cannot be replaced', async () => {
    mkdirSync(file('case.json'));
    const { code, stdout } = await runCli(
      'diagnose',
      '--scenario',
      SICK,
      '--save',
      file('case.json'),
    );
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(readdirSync(folder)).toEqual(['case.json']);
  });
});

describe('fix --save and undo --save', () => {
  const run = async (command: string, from: string, to: string) => {
    const options = ['--scenario', from, '--save', file(to), '--data-dir', file('data')];
    const { code } = await runCli(...command.split(' '), ...options, '--json');
    return { code, saved: JSON.parse(readFileSync(file(to), 'utf8')) as unknown };
  };
  const healthy = caseFile('healthy/default');
  const before = JSON.parse(readFileSync(healthy, 'utf8')) as unknown;

  it('write a case to continue from, even if there was nothing to change or undo', async () => {
    expect(await run('fix flush-dns-cache --yes', healthy, 'one.json')).toEqual({
      code: 0,
      saved: before,
    });
    expect(await run('undo', file('one.json'), 'two.json')).toEqual({ code: 0, saved: before });
    expect(readdirSync(folder).sort()).toEqual(['data', 'one.json', 'two.json']);
  });

  it('write no file if nothing is done', async () => {
    const options = [
      '--scenario',
      healthy,
      '--save',
      file('none.json'),
      '--data-dir',
      file('data'),
    ];
    for (const words of [
      ['fix', 'flush-dns-cache', '--dry-run'],
      ['fix', 'sync-clock'],
      ['undo'],
    ]) {
      await runCli(...words, ...options);
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});
