import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type ViteUserConfig, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { programTexts } from './build/bundle.mjs';
import { ISOLATED, tiers } from './build/test-parts.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const resolve = { alias: { '@shared': `${root}shared`, '@engine': `${root}electron/engine` } };

/** Specs to run against mutants, set by build/mutation.mjs. */
const mutationTests = process.env['KMS_DOCTOR_MUTATION_TESTS']?.split(' ');

/** Runs the specs of the verdict rules first: they catch most mutants. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => other.moduleId.localeCompare(one.moduleId));
  }
}

const forMutants: ViteUserConfig = {
  root,
  resolve,
  test: {
    include: mutationTests ?? [],
    // Load shared modules once per mutant.
    isolate: false,
    // Loaded up front: otherwise Stryker attributes its module-level code to the first test that imports it.
    setupFiles: ['electron/engine/verdict/verdict.ts'],
    // Each test takes milliseconds; a timeout means that the mutant was detected.
    testTimeout: 5_000,
    sequence: { sequencer: QuickFirst },
  },
};

/** Specs of a tier that mock modules or stub globals, which would leak into the next file without isolation. */
function replacing(tier: string): string[] {
  return readdirSync(`${root}test/${tier}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.spec\.tsx?$/.test(name))
    .map((name) => `test/${tier}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /vi\.(?:mock|stubGlobal)\(/.test(readFileSync(`${root}${name}`, 'utf8')));
}

/** Test timeout in ms by tier. A window journey has many steps, and each can be slow on a busy machine. */
const TEST_LIMIT: Readonly<Record<string, number>> = { unit: 30_000, window: 240_000 };

function projectsOf(tier: string) {
  const isolated = replacing(tier);
  const project = (name: string, isolate: boolean, files: object) => ({
    root,
    resolve,
    plugins: [programTexts()],
    test: {
      name,
      ...files,
      // Reloading the same modules for each file took a quarter of the time.
      isolate,
      unstubEnvs: true,
      // Vitest empties all other style sheets.
      css: { include: /\.css\?raw$/ },
      // Real programs start slowly on a busy machine.
      testTimeout: TEST_LIMIT[tier] ?? 60_000,
      hookTimeout: tier === 'unit' ? 10_000 : 120_000,
    },
  });
  const all = [`test/${tier}/**/*.spec.{ts,tsx}`];
  return [
    project(tier, false, { include: all, exclude: isolated }),
    ...(isolated.length > 0 ? [project(`${tier}${ISOLATED}`, true, { include: isolated })] : []),
  ];
}

const byTier: ViteUserConfig = {
  test: {
    // Most tests wait for processes, browsers and servers, so every core can take a file. One more worker saved 26 of
    // 699 s, but pushed some timing-sensitive tests over their limits.
    maxWorkers: availableParallelism(),
    // Without this cache, each tier transforms the whole engine again.
    experimental: { fsModuleCache: true, fsModuleCachePath: 'node_modules/.vite/modules' },
    projects: tiers().flatMap(projectsOf),
  },
};

export default defineConfig(mutationTests === undefined ? byTier : forMutants);
