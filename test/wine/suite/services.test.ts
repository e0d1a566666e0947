import assert from 'node:assert/strict';
import { after, describe } from 'node:test';
import iconv from 'iconv-lite';
import { ChangeRefused, Unreadable } from '../../../electron/engine/computer';
import { attempt, failure, never, standIn, startPc, test, tool } from './harness';

const pc = startPc('answering');
const { computer } = pc;
after(() => {
  pc.end();
});

const KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\sppsvc';

const setValue = (name: string, data: string) => {
  tool('reg.exe', 'add', KEY, '/v', name, '/t', 'REG_DWORD', '/d', data, '/f');
};

/**
 * Output of `sc queryex`, based on recorded layouts of `sc query` (test/data/recorded/tools.json).
 */
type Printed = (state: number, pid: number) => Buffer;

const EN: Printed = (state, pid) =>
  Buffer.from(
    [
      ...['', 'SERVICE_NAME: sppsvc', '        TYPE               : 10  WIN32_OWN_PROCESS  '],
      `        STATE              : ${state}  RUNNING `,
      '                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)',
      ...['        WIN32_EXIT_CODE    : 0  (0x0)', '        SERVICE_EXIT_CODE  : 0  (0x0)'],
      ...['        CHECKPOINT         : 0x0', '        WAIT_HINT          : 0x0'],
      ...[`        PID                : ${pid}`, '        FLAGS              : ', ''],
    ].join('\r\n'),
  );

const PT_BR: Printed = (state, pid) =>
  iconv.encode(
    [
      ...[
        '',
        'NOME_DO_SERVI\u00c7O: sppsvc ',
        '        TIPO               : 10  WIN32_OWN_PROCESS  ',
      ],
      `        ESTADO              : ${state}  RUNNING `,
      '        C\u00d3DIGO_DE_SA\u00cdDA_DO_WIN32    : 1077  (0x435)',
      '        PONTO_DE_VERIFICA\u00c7\u00c3O         : 0x0',
      ...[`        PID                : ${pid}`, '        FLAGS              : ', ''],
    ].join('\r\n'),
    'cp850',
  );

const EL: Printed = (state, pid) =>
  iconv.encode(
    [
      ...[
        '',
        'SERVICE_NAME: sppsvc',
        '        \u03a4\u03a5\u03a0\u039f\u03a3                 : 10  WIN32_OWN_PROCESS',
      ],
      `        \u039a\u0391\u03a4\u0391\u03a3\u03a4\u0391\u03a3\u0397             : ${state}  \u0395\u039a\u03a4\u0395\u039b\u0395\u0399\u03a4\u0391\u0399`,
      ...[`        PID                   : ${pid}`, '        FLAGS                 : ', ''],
    ].join('\r\n'),
    'cp737',
  );

const state = EN;

/**
 * Creates a PC whose service reports these states in sequence. The real tool, which has no queryex
 * under Wine, stops and starts it.
 */
function restarting(states: readonly Buffer[]) {
  const sc = standIn(
    states.map((bytes) => ({
      asked: 'queryex sppsvc',
      exitCode: 0,
      stdout: bytes.toString('base64'),
    })),
    'sc.exe',
  );
  const own = startPc('answering', { programs: { 'sc.exe': sc.program } });
  return {
    calls: () => sc.calls().map((call) => call.split(' ')[0]),
    restart: () =>
      own.computer.restartService('sppsvc', never).finally(() => {
        own.end();
      }),
  };
}

describe('the licensing service', () => {
  test('is running after it was started', async () => {
    attempt('sc.exe', 'stop', 'sppsvc');
    const { calls, restart } = restarting([state(1, 0), state(4, 100)]);
    assert.equal((await computer.service('sppsvc', never))?.state, 'stopped');
    assert.deepEqual(await restart(), { way: 'sc.exe' });
    assert.deepEqual(calls(), ['queryex', 'start', 'queryex']);
    assert.equal((await computer.service('sppsvc', never))?.state, 'running');
  });

  test("is stopped first if it's running", async () => {
    attempt('sc.exe', 'start', 'sppsvc');
    const { calls, restart } = restarting([
      ...[state(4, 100), state(3, 100), state(1, 0)],
      ...[state(2, 200), state(4, 200)],
    ]);
    assert.deepEqual(await restart(), { way: 'sc.exe' });
    assert.deepEqual(calls(), [
      ...['queryex', 'stop', 'queryex', 'queryex', 'start', 'queryex', 'queryex'],
    ]);
    assert.match(tool('sc.exe', 'query', 'sppsvc').toString('latin1'), /: 4 /);
  });

  for (const [language, after] of Object.entries({ en: EN, 'pt-BR': PT_BR, el: EL })) {
    test(`counts as restarted if another process runs it, even if it was never seen stopped (${language})`, async () => {
      const { calls, restart } = restarting([after(4, 4_711), after(4, 815)]);
      attempt('sc.exe', 'start', 'sppsvc');
      assert.deepEqual(await restart(), { way: 'sc.exe' });
      assert.deepEqual(calls(), ['queryex', 'stop', 'queryex', 'start', 'queryex']);
    });
  }

  test('has its start type read from the registry', async () => {
    for (const [number, delayed, start] of [
      ['2', '0', 'automatic'],
      ['2', '1', 'automatic-delayed'],
      ['4', '1', 'disabled'],
      ['3', '1', 'manual'],
    ] as const) {
      setValue('Start', number);
      setValue('DelayedAutostart', delayed);
      assert.equal((await computer.service('sppsvc', never))?.start, start);
    }
    attempt('reg.exe', 'delete', KEY, '/v', 'DelayedAutostart', '/f');
  });

  test('gets another start type, and its previous one back', async () => {
    for (const start of ['automatic-delayed', 'manual', 'automatic', 'manual'] as const) {
      await computer.setServiceStart('sppsvc', start, never);
      assert.equal((await computer.service('sppsvc', never))?.start, start);
    }
  });

  test('keeps its delayed start if sc.exe is denied access', async () => {
    setValue('DelayedAutostart', '1');
    const { program, calls } = standIn([{ asked: 'config', exitCode: 5 }], 'sc.exe');
    const guarded = startPc('answering', { programs: { 'sc.exe': program } });
    const way = () => guarded.computer.setServiceStart('sppsvc', 'disabled', never);
    assert.deepEqual(await way(), { way: 'reg.exe' });
    const back = await guarded.computer.setServiceStart('sppsvc', 'automatic-delayed', never);
    assert.deepEqual(back, { way: 'reg.exe' });
    assert.deepEqual(calls()[1], 'config sppsvc start= delayed-auto');
    assert.equal((await guarded.computer.service('sppsvc', never))?.start, 'automatic-delayed');
    await computer.setServiceStart('sppsvc', 'manual', never);
    attempt('reg.exe', 'delete', KEY, '/v', 'DelayedAutostart', '/f');
    guarded.end();
  });

  test("is reported as failed if it can't be started", async () => {
    const broken = startPc('answering', {
      programs: {
        'sc.exe': {
          file: process.execPath,
          before: [
            '-e',
            // ERROR_SERVICE_DISABLED. The query before it reports a stopped service.
            'const [what] = process.argv.slice(1); if (what === "start") process.exit(1058); console.log("SERVICE_NAME: x\\n  TYP : 10 W\\n  STATUS : 1 S")',
            '--',
          ],
        },
      },
    });
    const error = await failure(broken.computer.restartService('sppsvc', never), ChangeRefused);
    assert.deepEqual([error.refusal, error.code], ['tool-failed', 0x80070422]);
    broken.end();
  });

  test('is reported as denied if it may not be stopped', async () => {
    const denied = startPc('answering', {
      programs: {
        'sc.exe': {
          file: process.execPath,
          before: [
            '-e',
            'const [what] = process.argv.slice(1); if (!what.startsWith("query")) process.exit(5); console.log("SERVICE_NAME: x\\n  TYPE : 10 W\\n  STATE : 4 R")',
            '--',
          ],
        },
      },
    });
    const error = await failure(denied.computer.restartService('sppsvc', never), ChangeRefused);
    assert.equal(error.refusal, 'access-denied');
    denied.end();
  });
});

describe('a broken sc.exe', () => {
  const state = async (code: string, mode: 'answering' | 'ending' = 'answering') => {
    const broken = startPc(mode, {
      programs: { 'sc.exe': { file: process.execPath, before: ['-e', code, '--'] } },
    });
    try {
      return await broken.computer.service('sppsvc', never);
    } finally {
      broken.end();
    }
  };

  test('falls back to CIM if it prints nothing', async () => {
    assert.deepEqual(await state(''), { state: 'stopped', start: 'manual' });
  });

  test('falls back to CIM if it prints garbage', async () => {
    assert.deepEqual(await state('console.log("garbage")'), { state: 'stopped', start: 'manual' });
  });

  test('is reported as a PowerShell failure if CIM has no answer either', async () => {
    assert.equal((await failure(state('', 'ending'), Unreadable)).tool, 'powershell.exe');
  });

  test('is reported as a missing service if it exits with 1060', async () => {
    assert.equal(await state('process.exit(1060)'), null);
  });
});
