import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type ViteUserConfig, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { programTexts } from './build/bundle.mjs';
import { serialTiers, tiers } from './build/test-parts.mjs';

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

const byTier: ViteUserConfig = {
  test: {
    // Most tests wait for processes, browsers and servers: every core can take a file.
    maxWorkers: availableParallelism(),
    projects: tiers().map((tier) => ({
      root,
      resolve,
      plugins: [programTexts()],
      test: {
        name: tier,
        include: [`test/${tier}/**/*.spec.{ts,tsx}`],
        fileParallelism: !serialTiers.has(tier),
        // Real programs start slowly on a busy machine.
        testTimeout: tier === 'unit' ? 30_000 : 60_000,
        hookTimeout: tier === 'unit' ? 10_000 : 120_000,
      },
    })),
  },
};

export default defineConfig(mutationTests === undefined ? byTier : forMutants);
