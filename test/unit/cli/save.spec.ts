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

/** What a report says, without its texts and times. */
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
  // As root a device would be replaced by a file, /dev/null too.
  it.runIf(process.platform !== 'win32')('leaves a pipe or a device as it is', async () => {
    const pipe = file('pipe');
    spawnSync('/usr/bin/mkfifo', [pipe]);
    const ran = await runCli('diagnose', '--scenario', SICK, '--save', pipe);
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain(pipe);
    await expect(replaceFile(pipe, 'text', 0o600)).rejects.toMatchObject({ code: 'ENOTSUP' });
    expect(statSync(pipe).isFIFO()).toBe(true);
  });

  it('keeps no answers of Windows where there are none', async () => {
    const ran = await runCli('diagnose', '--scenario', SICK, '--record', file('answers'));
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain('--record');
  });

  // Its mode lets root write, and it takes no file; others find it closed either way.
  it.runIf(process.platform === 'linux')(
    'says that a folder takes no file before it asks anything',
    async () => {
      const ran = await runCli('diagnose', '--scenario', SICK, '--save', '/proc/case.json');
      expect(ran).toMatchObject({ code: 64, stdout: '' });
      expect(ran.stderr).toContain('/proc/case.json');
    },
  );

  it('leaves nothing behind where the case comes to nothing', async () => {
    const ran = await runCli('diagnose', '--scenario', file('none'), '--save', file('case.json'));
    expect(ran.code).toBe(64);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('writes a case that gives the same report again, and says where on stderr', async () => {
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

  it('keeps what --dns and --domain said, so that the case needs neither', async () => {
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

  it('hides names on request, and takes the place of an older file', async () => {
    writeFileSync(file('case.json'), 'older');
    await runCli('diagnose', '--scenario', SICK, '--save', file('case.json'), '--hide-names');
    const text = readFileSync(file('case.json'), 'utf8');
    expect(text).not.toMatch(/contoso|PC-042|10\.0\.0\./i);
    expect(parseScenario(JSON.parse(text)).ok).toBe(true);
  });

  it('masks a product key wherever it stood', async () => {
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

  it('masks a product key in the path that it names', async () => {
    const saved = file('BCDFG-HJKMP-QRTVW-XY234-N6789.json');
    const { stderr } = await runCli('diagnose', '--scenario', SICK, '--save', saved);
    expect(stderr).not.toContain('BCDFG');
    expect(stderr).toContain('N6789.json');
  });

  it('leaves nothing half written where the file cannot be put', async () => {
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

  it('leave a file to go on from, also where there was nothing to change or to put back', async () => {
    expect(await run('fix flush-dns-cache --yes', healthy, 'one.json')).toEqual({
      code: 0,
      saved: before,
    });
    expect(await run('undo', file('one.json'), 'two.json')).toEqual({ code: 0, saved: before });
    expect(readdirSync(folder).sort()).toEqual(['data', 'one.json', 'two.json']);
  });

  it('leave none where nothing is done', async () => {
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
