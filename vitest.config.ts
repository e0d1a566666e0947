import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type ViteUserConfig, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { programTexts } from './build/bundle.mjs';
import { ISOLATED, tiers } from './build/test-parts.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const resolve = { alias: { '@shared': `${root}shared`, '@engine': `${root}electron/engine` } };

/** The specifications that mutants are shown to; build/mutation.mjs says which. */
const mutationTests = process.env['KMS_DOCTOR_MUTATION_TESTS']?.split(' ');

/** Tests of the verdict's rows before the others: most mutants need no more than those. */
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
    // What the files share is loaded once for each mutant.
    isolate: false,
    // A run loads it late: what it makes of itself would count for the first test alone.
    setupFiles: ['electron/engine/verdict/verdict.ts'],
    // Each takes milliseconds; one that a mutant keeps waiting has noticed it.
    testTimeout: 5_000,
    sequence: { sequencer: QuickFirst },
  },
};

/** Specifications of a tier that put something else in the place of a module or of the window: the next file would get it. */
function replacing(tier: string): string[] {
  return readdirSync(`${root}test/${tier}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.spec\.tsx?$/.test(name))
    .map((name) => `test/${tier}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /vi\.(?:mock|stubGlobal)\(/.test(readFileSync(`${root}${name}`, 'utf8')));
}

/** Milliseconds for one test: a journey is many steps, each of which a busy machine lets wait. */
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
      // Loading the same modules again for each file took a fourth of the time.
      isolate,
      unstubEnvs: true,
      // Vitest takes the text out of every other style sheet.
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
    // Most tests wait for processes, browsers and servers: every core can take a file. One more was 26 of 699 s quicker,
    // and what is measured in some tests took longer than it may.
    maxWorkers: availableParallelism(),
    // Otherwise each tier transforms the whole engine for itself.
    experimental: { fsModuleCache: true, fsModuleCachePath: 'node_modules/.vite/modules' },
    projects: tiers().flatMap(projectsOf),
  },
};

export default defineConfig(mutationTests === undefined ? byTier : forMutants);
