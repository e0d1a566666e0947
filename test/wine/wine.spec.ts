/**
 * Runs the tests of suite/ by a Windows build of Node, under Wine or on Windows itself, and shows each of them as a
 * test of its own.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { startBind } from '../support/bind';
import { startAcceptor } from '../support/rpc-acceptor';
import { SCRIPTS } from '../powershell/support/engine';
import type { Setting } from './suite/harness';
import {
  native,
  node,
  prepareWine,
  stopWine,
  windowsPath,
  wine,
  WORK,
  type Locale,
} from './support/wine';

interface InnerTest {
  readonly name: string;
  readonly file: string;
  readonly passed: boolean;
  readonly skipped: boolean;
  readonly ms: number;
  readonly error: string | null;
}

const suite = fileURLToPath(new URL('suite/', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Files that a Windows of another language has to itself. */
const OTHER_LOCALE = ['code-page-437.test.ts'];

/**
 * What runs on Windows itself. The others put a stand-in in the place of slmgr or of the licensing service, or need
 * BIND; there, build/windows/try-fixes.ps1 has the real ones.
 */
const NATIVE = ['powershell', 'registry', 'repair', 'runner'].map((name) => `${name}.test.ts`);

/** What all of them may take: they take six minutes on two cores. */
const SUITE_LIMIT_MS = 720_000;

/** Bundles the tests and what they start: Node under Wine runs plain JavaScript fastest. */
async function bundle(): Promise<string[]> {
  const names = readdirSync(suite).filter((name) => name !== 'bench.ts');
  await build({
    absWorkingDir: root,
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    bundle: true,
    entryPoints: names.map((name) => join(suite, name)),
    external: ['regedit'],
    format: 'esm',
    logLevel: 'error',
    outdir: WORK,
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    sourcemap: 'inline',
    target: 'node22',
    tsconfig: 'tsconfig.base.json',
  });
  return names.filter((name) => name.endsWith('.test.ts'));
}

async function runInside(files: readonly string[], locale: Locale): Promise<InnerTest[]> {
  await prepareWine(locale);
  const { exitCode, stdout, stderr } = await wine(
    [
      node,
      ...['--enable-source-maps', '--test', '--test-concurrency=1', '--test-timeout=360000'],
      `--test-reporter=file:///${windowsPath(join(WORK, 'reporter.mjs')).replaceAll('\\', '/')}`,
      '--test-reporter-destination=stdout',
      ...files.map((name) => windowsPath(join(WORK, name.replace(/\.ts$/, '.mjs')))),
    ],
    locale,
    join(WORK, `results-${locale}`),
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

/** Runs the tests with what they find there. */
async function runWith(
  found: Pick<Setting, 'dnsPort' | 'kmsPort'>,
  names: readonly string[],
): Promise<InnerTest[]> {
  const setting: Setting = {
    scripts: windowsPath(SCRIPTS),
    work: windowsPath(WORK),
    native,
    ...found,
  };
  writeFileSync(join(WORK, 'setting.json'), JSON.stringify(setting));
  // Wine takes its code pages when it starts; Windows has only the one.
  if (native) return runInside(NATIVE, 'zh_TW.UTF-8');
  try {
    stopWine();
    const main = await runInside(
      names.filter((name) => !OTHER_LOCALE.includes(name)),
      'zh_TW.UTF-8',
    );
    stopWine();
    return [...main, ...(await runInside(OTHER_LOCALE, 'C'))];
  } finally {
    stopWine();
  }
}

async function runAll(): Promise<InnerTest[]> {
  const names = await bundle();
  if (native) return runWith({ dnsPort: 0, kmsPort: 0 }, names);
  const acceptor = await startAcceptor('kms');
  const records = `_vlmcs._tcp SRV 0 0 ${acceptor.port} kms1\nkms1 A 127.0.0.1`;
  const bind = await startBind({ 'contoso.test': { records }, 'fabrikam.test': { records: '' } });
  try {
    return await runWith({ dnsPort: bind.server.port, kmsPort: acceptor.port }, names);
  } finally {
    await Promise.all([bind.stop(), acceptor.stop()]);
  }
}

const tests = await runAll();

/** `Z:\\…\\registry.test.mjs` is the file registry. */
const subject = ({ file }: InnerTest) => basename(file.replaceAll('\\', '/'), '.test.mjs');

describe.each([...new Set(tests.map(subject))])('%s', (name) => {
  for (const test of tests.filter((one) => subject(one) === name)) {
    it.skipIf(test.skipped)(test.name, () => {
      expect(test.error).toBeNull();
      expect(test.passed).toBe(true);
    });
  }
});
