import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe } from 'node:test';
import { Unreadable } from '../../../electron/engine/computer';
import { cleanEnvironment, findSystemPaths } from '../../../electron/computer/windows/system-paths';
import { OUTPUT_LIMIT, runProgram } from '../../../electron/computer/windows/run-program';
import {
  failure,
  never,
  removeFolder,
  setting,
  slmgrCalls,
  slmgrShall,
  startPc,
  test,
} from './harness';

const places = findSystemPaths();
const how = {
  signal: never,
  limitMs: 20_000,
  cwd: places.system32,
  env: cleanEnvironment(places),
};

/** Runs a program of ours by node.exe. */
const script = (code: string, args: string[] = [], changed: Partial<typeof how> = {}) =>
  runProgram('node.exe', { file: process.execPath, before: ['-e', code, '--'] }, args, {
    ...how,
    ...changed,
  });

const echo = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';

describe('a program', () => {
  test('gives its output and its end', async () => {
    const end = await script('console.log("out"); console.error("err"); process.exit(3)');
    assert.deepEqual([end.stdout.toString().trim(), end.stderr.toString().trim()], ['out', 'err']);
    assert.equal(end.exitCode, 3);
  });

  test('that ends with a failed HRESULT gives it unsigned', async () => {
    const end = await script('process.exit(-1073418124)');
    assert.equal(end.exitCode, 0xc004f074);
  });

  test('that is not there is a missing tool', async () => {
    const file = `${places.system32}\\planted.exe`;
    const error = await failure(runProgram('planted.exe', { file }, [], how), Unreadable);
    assert.deepEqual([error.reason, error.tool], ['tool-missing', 'planted.exe']);
  });

  test('that does not end is ended within its limit', async () => {
    const start = performance.now();
    const hang = script('setInterval(() => {}, 1000)', [], { limitMs: 1_500 });
    assert.equal((await failure(hang, Unreadable)).reason, 'timed-out');
    assert.ok(performance.now() - start < 6_000);
  });

  test('is ended with the person who called it off', async () => {
    const stop = new AbortController();
    const hang = script('setInterval(() => {}, 1000)', [], { signal: stop.signal });
    setTimeout(() => {
      stop.abort(new Error('called off'));
    }, 300);
    await assert.rejects(hang, /called off/);
  });

  test('that prints more than anybody wants is ended', async () => {
    const flood = script(
      `process.stdout.write("x".repeat(${OUTPUT_LIMIT + 1})); setInterval(() => {}, 1000)`,
    );
    const error = await failure(flood, Unreadable);
    assert.deepEqual([error.reason, error.said], ['garbled-answer', 'too-much-output']);
  });

  test('works in System32', async () => {
    const { stdout } = await script('process.stdout.write(process.cwd())');
    assert.equal(stdout.toString().toLowerCase(), places.system32.toLowerCase());
  });

  test('inherits nothing that could change what it does', async () => {
    process.env['NODE_OPTIONS'] = '--no-warnings';
    process.env['COR_ENABLE_PROFILING'] = '1';
    process.env['PSModulePath'] = 'C:\\evil';
    const { stdout } = await script('process.stdout.write(JSON.stringify(process.env))');
    delete process.env['NODE_OPTIONS'];
    delete process.env['COR_ENABLE_PROFILING'];
    const env = JSON.parse(stdout.toString()) as Record<string, string>;
    assert.equal(env['NODE_OPTIONS'], undefined);
    assert.equal(env['COR_ENABLE_PROFILING'], undefined);
    assert.equal(env['PATH'] ?? env['Path'], places.system32);
    assert.equal(env['PSModulePath'], places.modules);
  });
});

describe('an argument arrives as it is', () => {
  const texts = {
    blanks: 'a b',
    'an empty one': '',
    'a quotation mark': 'a"b',
    'two commands': 'a & calc',
    'a variable of the shell': '%PATH%',
    'a pipe and a redirection': 'a | b > c',
    'a caret': '^a',
    'a backslash at the end': 'C:\\a b\\',
    'letters of another script': '\u540d\u7a31 \u00e9',
  };
  // One start for all of them: each stands between two others.
  let arrived: unknown[] = [];
  before(async () => {
    const { stdout } = await script(echo, Object.values(texts));
    arrived = JSON.parse(stdout.toString()) as unknown[];
  });
  for (const [index, [name, text]] of Object.entries(texts).entries()) {
    test(name, () => {
      assert.equal(arrived.length, Object.keys(texts).length);
      assert.equal(arrived[index], text);
    });
  }

  for (const text of ['a\nb', 'a\rb', 'a\0b', 'a\u001bb']) {
    test(`and not at all with the control character ${JSON.stringify(text)}`, async () => {
      const error = await failure(script(echo, [text]), Unreadable);
      assert.equal(error.said, 'control-character');
    });
  }
});

describe('an evil cscript.exe', () => {
  const where = { skip: setting.native && 'the stand-in for slmgr is not in System32' };
  test('that stands first in PATH and in the folder we are in is not used', where, async () => {
    const evil = join(setting.work, 'evil');
    mkdirSync(evil, { recursive: true });
    // It would print a name and write no arguments down.
    copyFileSync(`${places.system32}\\whoami.exe`, join(evil, 'cscript.exe'));
    const [path, folder] = [process.env['PATH'], process.cwd()];
    process.env['PATH'] = `${evil};${path ?? ''}`;
    process.chdir(evil);
    slmgrShall();
    slmgrCalls();
    const pc = startPc('answering');
    try {
      await pc.computer.setLookupDomain('contoso.test', never);
      assert.deepEqual(slmgrCalls(), ['[-skms-domain][contoso.test]']);
      await pc.computer.setLookupDomain(null, never);
    } finally {
      process.chdir(folder);
      process.env['PATH'] = path;
      pc.end();
      removeFolder(evil);
    }
  });
});

describe('the setting of these tests', () => {
  test('is Windows as the product sees it', () => {
    assert.equal(process.platform, 'win32');
    assert.ok(readFileSync(places.slmgr).length > 0);
  });
});
