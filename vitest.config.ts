import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { serialTiers, tiers } from './build/tiers.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  test: {
    // Most tests wait for processes, browsers and servers: every core can take a file.
    maxWorkers: availableParallelism(),
    projects: tiers().map((tier) => ({
      root,
      resolve: { alias: { '@shared': `${root}shared`, '@engine': `${root}electron/engine` } },
      test: {
        name: tier,
        include: [`test/${tier}/**/*.spec.{ts,tsx}`],
        fileParallelism: !serialTiers.has(tier),
        // Real programs start slowly on a busy machine.
        testTimeout: tier === 'unit' ? 10_000 : 60_000,
        hookTimeout: tier === 'unit' ? 10_000 : 120_000,
      },
    })),
  },
});
