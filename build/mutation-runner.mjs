/**
 * Stryker test runner for tests that only compute: the specs in KMS_DOCTOR_MUTATION_TESTS and all their imports are
 * bundled into one script, which is loaded anew for each mutant within this process. That takes a hundredth of the time
 * that Vitest needs to start. Of Vitest's API, it supports `describe`, `it`, `each` and `expect`.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { format } from 'node:util';
import vm from 'node:vm';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import * as chai from '@vitest/expect';
import { build } from 'esbuild';

const { ASYMMETRIC_MATCHERS_OBJECT, GLOBAL_EXPECT } = chai;
for (const plugin of [chai.JestExtend, chai.JestChaiExpect, chai.JestAsymmetricMatchers]) {
  chai.chai.use(plugin);
}
const expect = (/** @type {unknown} */ value, /** @type {string} */ message) =>
  chai.chai.expect(value, message);
const globals = /** @type {Record<string | symbol, any>} */ (globalThis);
Object.assign(expect, chai.chai.expect, globals[ASYMMETRIC_MATCHERS_OBJECT]);
globals[GLOBAL_EXPECT] = expect;
chai.setState({ assertionCalls: 0 }, /** @type {any} */ (expect));

/** @type {unknown} */
const namespace = (globals['__stryker__'] ??= {});

/** @typedef {{ id: string, name: string, run: () => unknown }} Test */

/** Returns a substitute for the `vitest` module, and the tests declared with it. */
function collector() {
  /** @type {Test[]} */
  const tests = [];
  /** @type {string[]} */
  const names = [];
  /** @type {(name: string, run: () => unknown) => void} */
  const it = (title, run) => {
    const name = [...names, title].join(' ');
    tests.push({ id: `${tests.length} ${name}`, name, run });
  };
  /** @type {(name: string, declare: () => unknown) => void} */
  const describe = (title, declare) => {
    names.push(title);
    declare();
    names.pop();
  };
  /** @param {typeof it} declare */
  const each = (declare) => (/** @type {unknown[]} */ rows) => {
    return (/** @type {string} */ title, /** @type {(...values: unknown[]) => unknown} */ run) => {
      for (const row of rows) {
        /** @type {unknown[]} */
        const values = Array.isArray(row) ? row : [row];
        declare(format(title, ...values), () => run(...values));
      }
    };
  };
  const vitest = {
    expect,
    it: Object.assign(it, { each: each(it) }),
    describe: Object.assign(describe, { each: each(describe) }),
  };
  return { tests, vitest };
}

class InProcessRunner {
  static inject = /** @type {[]} */ ([]);
  /** @type {vm.Script | undefined} */
  #script;
  #require = createRequire(path.resolve('package.json'));
  /** Global state read by the instrumented code. */
  #stryker = /** @type {import('@stryker-mutator/api/core').InstrumenterContext} */ (namespace);

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const files = (process.env['KMS_DOCTOR_MUTATION_TESTS'] ?? '').split(' ');
    const { outputFiles } = await build({
      stdin: {
        contents: files.map((file) => `import './${file}';`).join('\n'),
        resolveDir: process.cwd(),
      },
      alias: { '@shared': path.resolve('shared'), '@engine': path.resolve('electron/engine') },
      bundle: true,
      format: 'cjs',
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
      write: false,
    });
    const code = outputFiles[0]?.text ?? '';
    this.#script = new vm.Script(`(function (require, module, exports) {${code}\n})`);
  }

  /** Loads the tests with the currently active mutant. */
  #load() {
    const { tests, vitest } = collector();
    /** @type {(name: string) => unknown} */
    const require = (name) => (name === 'vitest' ? vitest : this.#require(name));
    const module = { exports: {} };
    /** @type {unknown} */
    const load = this.#script?.runInThisContext();
    /** @type {(...parts: unknown[]) => void} */ (load)(require, module, module.exports);
    return tests;
  }

  /** @returns {Promise<import('@stryker-mutator/api/test-runner').DryRunResult>} */
  async dryRun() {
    /** @type {import('@stryker-mutator/api/test-runner').TestResult[]} */
    const results = [];
    this.#stryker.activeMutant = undefined;
    for (const { id, name, run } of this.#load()) {
      const start = performance.now();
      this.#stryker.currentTestId = id;
      await run();
      this.#stryker.currentTestId = undefined;
      const timeSpentMs = performance.now() - start;
      results.push({ id, name, timeSpentMs, status: TestStatus.Success });
    }
    return {
      status: DryRunStatus.Complete,
      tests: results,
      mutantCoverage: this.#stryker.mutantCoverage,
    };
  }

  /**
   * @param {import('@stryker-mutator/api/test-runner').MutantRunOptions} options
   * @returns {Promise<import('@stryker-mutator/api/test-runner').MutantRunResult>}
   */
  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }) {
    this.#stryker.hitCount = 0;
    this.#stryker.hitLimit = hitLimit;
    this.#stryker.activeMutant = mutantActivation === 'static' ? activeMutant.id : undefined;
    let nrOfTests = 0;
    let test;
    try {
      const tests = this.#load();
      const wanted = testFilter === undefined ? null : new Set(testFilter);
      this.#stryker.activeMutant = activeMutant.id;
      for (test of tests) {
        if (wanted !== null && !wanted.has(test.id)) continue;
        nrOfTests += 1;
        await test.run();
      }
      return { status: MutantRunStatus.Survived, nrOfTests };
    } catch (error) {
      const failureMessage = String(error);
      return {
        status: MutantRunStatus.Killed,
        killedBy: test === undefined ? [] : [test.id],
        failureMessage,
        nrOfTests,
      };
    } finally {
      this.#stryker.activeMutant = undefined;
    }
  }
}

export const strykerPlugins = [
  declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner),
];
