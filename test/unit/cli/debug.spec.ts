/** How internal errors are printed and logged. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { COMMANDS, readCommandLine } from '../../../electron/cli/options';
import type * as kmsHost from '../../../electron/computer/scenario/kms-host';
import { run } from '../../../electron/cli/run';
import { log, startLog } from '../../../electron/app/log';
import { caseFile } from '../../scenarios/cases';
import { runCli } from './run-cli';

const KEY = 'NPPR9-FWDCX-D2C8J-H872K-2YT43';
const faulty = vi.hoisted(() => ({ error: null as Error | null }));

vi.mock('../../../electron/computer/scenario/kms-host', async (original) => {
  const real = await original<typeof kmsHost>();
  return {
    ...real,
    answersPing: (...args: Parameters<typeof real.answersPing>) => {
      if (faulty.error !== null) throw faulty.error;
      return real.answersPing(...args);
    },
  };
});

const diagnose = (...words: readonly string[]) => {
  faulty.error = new TypeError(`No such thing\u001b[2J ${KEY}`, {
    cause: new RangeError('the reason behind it'),
  });
  return runCli('diagnose', '--scenario', caseFile('healthy/default'), '--lang', 'en', ...words);
};

afterEach(() => {
  faulty.error = null;
});

describe('an internal error', () => {
  it('is printed once with --debug, including stack and cause but no product key', async () => {
    const { code, stdout, stderr } = await diagnose('--debug', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'kms-doctor/report@1' });
    expect(stderr.match(/^TypeError: No such thing/gm)).toHaveLength(1);
    expect(stderr).toMatch(/^ {4}at diagnose /m);
    expect(stderr).toMatch(/^Caused by: RangeError: the reason behind it\n {4}at /m);
    expect(stderr).not.toContain(KEY);
    expect(stderr).not.toContain('\u001b');
  });

  it('is not printed without --debug, even after a command that set it', async () => {
    expect((await diagnose()).stderr).toBe('');
  });

  it.each([true, false])(
    'that ends a command is printed with its stack only with --debug (debug: %s)',
    async (debug) => {
      const stdout = new PassThrough();
      stdout.write = () => {
        throw new Error('The console is gone');
      };
      const [stdin, stderr] = [new PassThrough(), new PassThrough()];
      const words = ['list', 'fixes', '--lang', 'en', ...(debug ? ['--debug'] : [])];
      expect(await run(words, { stdin, stdout, stderr })).toBe(70);
      const text = String(stderr.read());
      expect(text).toContain('The console is gone');
      expect(/^ {4}at /m.test(text)).toBe(debug);
    },
  );

  it('that follows a cancellation is still printed', async () => {
    const stdout = new PassThrough();
    stdout.write = () => {
      process.emit('SIGINT');
      throw new Error('The console is gone');
    };
    const [stdin, stderr] = [new PassThrough(), new PassThrough()];
    const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-debug-'));
    const words = ['undo', '--scenario', caseFile('healthy/default'), '--data-dir', folder];
    expect(await run([...words, '--json', '--debug'], { stdin, stdout, stderr })).toBe(130);
    rmSync(folder, { recursive: true });
    expect(String(stderr.read())).toMatch(/The console is gone\n {4}at /);
  });

  it("is written to the app's log, including stack and cause but no product key", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-log-'));
    const file = startLog(folder);
    try {
      log.info('started');
      await diagnose();
      const text = readFileSync(file, 'utf8');
      expect(text).toMatch(/TypeError: No such thing[^]* {4}at diagnose /);
      expect(text).toContain('Caused by: RangeError: the reason behind it');
      expect(text).not.toContain(KEY);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('every command accepts --debug', () => {
  const words = {
    fix: ['activate-now'],
    explain: ['0xC004F074'],
    list: ['fixes'],
    fleet: ['report', '.'],
  } as const;
  for (const command of COMMANDS) {
    const more = command in words ? words[command as keyof typeof words] : [];
    expect(readCommandLine([command, ...more, '--debug']).debug).toBe(true);
    expect(readCommandLine([command, ...more]).debug).toBe(false);
  }
});
