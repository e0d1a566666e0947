/** The tests that mutants are shown to; `build/mutation.mjs` says which. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Unit tests before scenarios: most mutants need no more than those. */
class QuickFirst extends BaseSequencer {
  /**
   * @override
   * @param {Parameters<BaseSequencer['sort']>[0]} files
   */
  sort(files) {
    return Promise.resolve(
      files.toSorted((one, other) => other.moduleId.localeCompare(one.moduleId)),
    );
  }
}

export default defineConfig({
  root,
  resolve: { alias: { '@shared': `${root}shared`, '@engine': `${root}electron/engine` } },
  test: {
    include: process.env['KMS_DOCTOR_MUTATION_TESTS']?.split(' ') ?? [],
    // Each takes milliseconds; one that a mutant keeps waiting has noticed it.
    testTimeout: 5_000,
    sequence: { sequencer: QuickFirst },
  },
});
