import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ChangeRefused, Unreadable } from '../../../electron/engine/computer';
import { attempt, failure, never, startPc, tool } from './bench';

const pc = startPc('answering');
const { computer } = pc;
after(() => {
  pc.end();
});

const KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\sppsvc';

describe('the licensing service', () => {
  test('runs after it was started', async () => {
    attempt('sc.exe', 'stop', 'sppsvc');
    assert.equal((await computer.service('sppsvc', never))?.state, 'stopped');
    assert.deepEqual(await computer.restartService('sppsvc', never), { way: 'sc.exe' });
    assert.equal((await computer.service('sppsvc', never))?.state, 'running');
  });

  test('is stopped first where it runs', async () => {
    await computer.restartService('sppsvc', never);
    const pids = () => tool('sc.exe', 'query', 'sppsvc').toString('latin1');
    assert.match(pids(), /: 4 /);
    assert.deepEqual(await computer.restartService('sppsvc', never), { way: 'sc.exe' });
    assert.match(pids(), /: 4 /);
  });

  test('has its start type from the registry', async () => {
    for (const [number, start] of [
      ['2', 'automatic'],
      ['4', 'disabled'],
      ['3', 'manual'],
    ] as const) {
      tool('reg.exe', 'add', KEY, '/v', 'Start', '/t', 'REG_DWORD', '/d', number, '/f');
      assert.equal((await computer.service('sppsvc', never))?.start, start);
    }
  });

  test('gets another start type, and gets it back', async () => {
    await computer.setServiceStart('sppsvc', 'automatic', never);
    assert.equal((await computer.service('sppsvc', never))?.start, 'automatic');
    await computer.setServiceStart('sppsvc', 'manual', never);
    assert.equal((await computer.service('sppsvc', never))?.start, 'manual');
  });

  test('that does not start is told as that', async () => {
    const broken = startPc('answering', {
      programs: {
        'sc.exe': {
          file: process.execPath,
          before: [
            '-e',
            // ERROR_SERVICE_DISABLED; before it, a service that stands still.
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

  test('that may not be stopped is told as that', async () => {
    const denied = startPc('answering', {
      programs: {
        'sc.exe': {
          file: process.execPath,
          before: [
            '-e',
            'const [what] = process.argv.slice(1); if (what !== "query") process.exit(5); console.log("SERVICE_NAME: x\\n  TYPE : 10 W\\n  STATE : 4 R")',
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

describe('sc.exe in a bad state', () => {
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

  test('that says nothing leaves the answer to CIM', async () => {
    assert.deepEqual(await state(''), { state: 'stopped', start: 'manual' });
  });

  test('that prints something else leaves the answer to CIM', async () => {
    assert.deepEqual(await state('console.log("garbage")'), { state: 'stopped', start: 'manual' });
  });

  test('is told of where CIM has no answer either', async () => {
    assert.equal((await failure(state('', 'ending'), Unreadable)).tool, 'powershell.exe');
  });

  test('that knows no such service says so', async () => {
    assert.equal(await state('process.exit(1060)'), null);
  });
});
