import assert from 'node:assert/strict';
import { after, describe } from 'node:test';
import { ChangeRefused } from '../../../electron/engine/computer';
import { SPP_KEY } from '../../../electron/engine/registry-keys';
import {
  at,
  emptyRegistry,
  failure,
  never,
  slmgrCalls,
  slmgrShall,
  startPc,
  test,
  tool,
} from './harness';

const pc = startPc('answering');
after(() => {
  pc.end();
  slmgrShall();
});

// The outer spec runs this file alone, in an English Windows.
describe('a Windows with code page 437', () => {
  test('has its messages decoded', async () => {
    slmgrShall({ ExitCode: 0xc004f074 });
    const error = await failure(pc.computer.activate('windows', never), ChangeRefused);
    assert.match(error.said ?? '', /\u00e9t\u00e9 \u00bd/);
  });

  test('has its registry decoded', async () => {
    emptyRegistry();
    tool('reg.exe', 'add', SPP_KEY, '/v', 'KeyManagementServiceName', '/d', 'caf\u00e9', '/f');
    const value = await pc.computer.registryValue(at('KeyManagementServiceName'), never);
    assert.deepEqual(value, { type: 'REG_SZ', value: 'caf\u00e9' });
  });

  test('passes slmgr a name with characters that the code page lacks', async () => {
    slmgrShall({ Idle: 1 });
    slmgrCalls();
    await failure(pc.computer.setKmsHost('\u540d\u7a31', null, never), ChangeRefused);
    assert.deepEqual(slmgrCalls(), ['[-skms][\u540d\u7a31]']);
  });
});
