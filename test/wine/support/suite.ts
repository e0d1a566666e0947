/**
 * Runs tests of suite/ with a Windows build of Node, under Wine or on Windows itself, and reports
 * each as a separate test. Two specs share the suite, so that it uses two cores.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { FULL } from '../../support/sample';
import { startBind } from '../../support/bind';
import { startAcceptor } from '../../support/rpc-acceptor';
import { SCRIPTS } from '../../powershell/support/engine';
import type { Setting } from '../suite/harness';
import { native, node, Wine, windowsPath, type Locale } from './wine';

interface InnerTest {
  readonly name: string;
  readonly file: string;
  readonly passed: boolean;
  readonly skipped: boolean;
  readonly ms: number;
  readonly error: string | null;
}

const suite = fileURLToPath(new URL('../suite/', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The file that needs a Windows of another language to itself. */
const OTHER_LOCALE = 'code-page-437';

/**
 * Files that run on Windows itself. The others replace slmgr or the licensing service, or need
 * BIND. On Windows, build/windows/try-fixes.ps1 tests the real ones.
 */
const NATIVE = ['powershell', 'registry', 'repair', 'runner'];

/** Time limit for all tests of one spec. With --full, they take four minutes on two cores. */
const SUITE_LIMIT_MS = 600_000;

/**
 * Bundles the tests and the programs they start, because Node under Wine runs plain JavaScript
 * fastest.
 */
async function bundle(work: string): Promise<void> {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  await build({
    absWorkingDir: root,
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    bundle: true,
    entryPoints: readdirSync(suite)
      .filter((name) => name !== 'harness.ts')
      .map((name) => join(suite, name)),
    external: ['regedit'],
    format: 'esm',
    logLevel: 'error',
    outdir: work,
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    sourcemap: 'inline',
    sourcesContent: false,
    splitting: true,
    target: 'node22',
    tsconfig: 'tsconfig.base.json',
  });
}

async function runInside(
  wine: Wine,
  subjects: readonly string[],
  locale: Locale,
): Promise<InnerTest[]> {
  await wine.prepare(locale);
  const { exitCode, stdout, stderr } = await wine.run(
    [
      node,
      ...['--enable-source-maps', '--test', '--test-concurrency=1', '--test-timeout=360000'],
      `--test-reporter=file:///${windowsPath(join(wine.work, 'reporter.mjs')).replaceAll('\\', '/')}`,
      '--test-reporter-destination=stdout',
      ...subjects.map((name) => windowsPath(join(wine.work, `${name}.test.mjs`))),
    ],
    locale,
    join(wine.work, `results-${locale}`),
    SUITE_LIMIT_MS,
  );
  const tests = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as InnerTest);
  if (tests.length === 0 || exitCode === null || exitCode > 1) {
    throw new Error(`The tests inside did not run (exit ${exitCode}):\n${stderr}\n${stdout}`);
  }
  return tests;
}

/** Runs the tests with the given ports. */
async function runWith(
  found: Pick<Setting, 'dnsPort' | 'kmsPort'>,
  wine: Wine,
  subjects: readonly string[],
): Promise<InnerTest[]> {
  await bundle(wine.work);
  const setting: Setting = {
    scripts: windowsPath(SCRIPTS),
    work: windowsPath(wine.work),
    native,
    // Programs start quickly on Windows.
    full: FULL || native,
    ...found,
  };
  writeFileSync(join(wine.work, 'setting.json'), JSON.stringify(setting));
  const tests: InnerTest[] = [];
  // Wine selects its code pages at startup. Windows has only one.
  for (const locale of ['zh_TW.UTF-8', 'C'] as const) {
    const own = subjects.filter((name) => (name === OTHER_LOCALE) === (locale === 'C'));
    if (own.length === 0) continue;
    wine.stop();
    try {
      tests.push(...(await runInside(wine, own, locale)));
    } finally {
      wine.stop();
    }
  }
  return tests;
}

async function runAll(wine: Wine, subjects: readonly string[]): Promise<InnerTest[]> {
  if (native) {
    const own = subjects.filter((name) => NATIVE.includes(name));
    return runWith({ dnsPort: 0, kmsPort: 0 }, wine, own);
  }
  const acceptor = await startAcceptor('kms');
  const records = `_vlmcs._tcp SRV 0 0 ${acceptor.port} kms1\nkms1 A 127.0.0.1`;
  const bind = await startBind({ 'contoso.test': { records }, 'fabrikam.test': { records: '' } });
  try {
    return await runWith({ dnsPort: bind.server.port, kmsPort: acceptor.port }, wine, subjects);
  } finally {
    await Promise.all([bind.stop(), acceptor.stop()]);
  }
}

/** Names of the test files in suite/. */
export const SUBJECTS = readdirSync(suite).flatMap(
  (name) => /^(.+)\.test\.ts$/.exec(name)?.[1] ?? [],
);

/**
 * Runs files of suite/ and reports their tests. On Windows, only the files that support it run.
 *
 * @param name name of the Wine that they use exclusively
 */
export async function describeSuite(name: string, subjects: readonly string[]): Promise<void> {
  const tests = await runAll(new Wine(name), subjects);
  /** Returns the name of a test's file: `registry` for `Z:\\…\\registry.test.mjs`. */
  const subject = ({ file }: InnerTest) => basename(file.replaceAll('\\', '/'), '.test.mjs');

  describe.each([...new Set(tests.map(subject))])('%s', (name) => {
    for (const test of tests.filter((one) => subject(one) === name)) {
      it.skipIf(test.skipped)(test.name, () => {
        expect(test.error).toBeNull();
        expect(test.passed).toBe(true);
      });
    }
  });
}
