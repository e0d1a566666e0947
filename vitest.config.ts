import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Tiers whose real part is one for all (a Wine prefix, a browser, fixed ports): a file at a time. */
const serialTiers = new Set(['rpc', 'wine', 'powershell', 'window']);

/** Every folder of test/ is a tier. */
const tiers = readdirSync(`${root}test`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

export default defineConfig({
  test: {
    projects: tiers.map((tier) => ({
      resolve: { alias: { '@shared': `${root}shared`, '@engine': `${root}electron/engine` } },
      test: {
        name: tier,
        root,
        include: [`test/${tier}/**/*.spec.{ts,tsx}`],
        environment: 'node',
        fileParallelism: !serialTiers.has(tier),
      },
    })),
  },
});
