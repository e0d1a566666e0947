import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe } from 'node:test';
import { Unreadable } from '../../../electron/engine/computer';
import { cleanEnvironment, findSystemPaths } from '../../../electron/computer/windows/system-paths';
import { OUTPUT_LIMIT, runProgram } from '../../../electron/computer/run-program';
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

/** Runs code with node.exe. */
const script = (code: string, args: string[] = [], changed: Partial<typeof how> = {}) =>
  runProgram('node.exe', { file: process.execPath, before: ['-e', code, '--'] }, args, {
    ...how,
    ...changed,
  });

const echo = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';

describe('a program', () => {
  test('returns its output and exit code', async () => {
    const end = await script('console.log("out"); console.error("err"); process.exit(3)');
    assert.deepEqual([end.stdout.toString().trim(), end.stderr.toString().trim()], ['out', 'err']);
    assert.equal(end.exitCode, 3);
  });

  test('returns a failed HRESULT as an unsigned exit code', async () => {
    const end = await script('process.exit(-1073418124)');
    assert.equal(end.exitCode, 0xc004f074);
  });

  test("is reported as missing if it doesn't exist", async () => {
    const file = `${places.system32}\\planted.exe`;
    const error = await failure(runProgram('planted.exe', { file }, [], how), Unreadable);
    assert.deepEqual([error.reason, error.tool], ['tool-missing', 'planted.exe']);
  });

  test('is ended after the timeout', async () => {
    const start = performance.now();
    const hang = script('setInterval(() => {}, 1000)', [], { limitMs: 1_500 });
    assert.equal((await failure(hang, Unreadable)).reason, 'timed-out');
    assert.ok(performance.now() - start < 6_000);
  });

  test("is aborted by the caller's signal", async () => {
    const stop = new AbortController();
    const hang = script('setInterval(() => {}, 1000)', [], { signal: stop.signal });
    setTimeout(() => {
      stop.abort(new Error('called off'));
    }, 300);
    await assert.rejects(hang, /called off/);
  });

  test('is ended if it prints too much', async () => {
    const flood = script(
      `process.stdout.write("x".repeat(${OUTPUT_LIMIT + 1})); setInterval(() => {}, 1000)`,
    );
    const error = await failure(flood, Unreadable);
    assert.deepEqual([error.reason, error.said], ['garbled-answer', 'too-much-output']);
  });

  test('runs in System32', async () => {
    const { stdout } = await script('process.stdout.write(process.cwd())');
    assert.equal(stdout.toString().toLowerCase(), places.system32.toLowerCase());
  });

  test('inherits no environment variables that could change its behavior', async () => {
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

describe('an argument arrives unchanged', () => {
  const texts = {
    spaces: 'a b',
    'an empty string': '',
    'a quotation mark': 'a"b',
    'two commands': 'a & calc',
    'a shell variable': '%PATH%',
    'a pipe and a redirection': 'a | b > c',
    'a caret': '^a',
    'a backslash at the end': 'C:\\a b\\',
    'non-Latin characters': '\u540d\u7a31 \u00e9',
  };
  // A single start for all arguments, so that most are between two others.
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
    test(`or is rejected if it contains the control character ${JSON.stringify(text)}`, async () => {
      const error = await failure(script(echo, [text]), Unreadable);
      assert.equal(error.said, 'control-character');
    });
  }
});

describe('a planted cscript.exe', () => {
  const where = { skip: setting.native && 'the stand-in for slmgr is not in System32' };
  test(
    "isn't used even if it comes first in PATH and is in the current folder",
    where,
    async () => {
      const evil = join(setting.work, 'evil');
      mkdirSync(evil, { recursive: true });
      // It would print a name instead of recording arguments.
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
    },
  );
});

describe('the environment of these tests', () => {
  test("is Windows from the app's point of view", () => {
    assert.equal(process.platform, 'win32');
    assert.ok(readFileSync(places.slmgr).length > 0);
  });
});
