/** The tiers of the tests: the folders of test/ that hold specifications. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const tests = fileURLToPath(new URL('../test/', import.meta.url));

/** The quick ones run first, the others in the order of their names. */
const first = ['unit', 'scenarios'];

/** Tiers whose real part is one for all (fixed ports, a Wine prefix): one file at a time. */
export const serialTiers = new Set(['rpc', 'package']);

/** @param {string} folder */
function hasSpecification(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) =>
    /\.spec\.tsx?$/.test(name),
  );
}

/** The names of the tiers, in the order in which they run. */
export function tiers() {
  const found = readdirSync(tests, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && hasSpecification(`${tests}${entry.name}`))
    .map((entry) => entry.name)
    .sort();
  return [
    ...first.filter((name) => found.includes(name)),
    ...found.filter((name) => !first.includes(name)),
  ];
}

/**
 * The tiers that must run: those that KMS_DOCTOR_TIERS names, separated by commas; with KMS_DOCTOR_ALL_TIERS=1 all.
 * @param {readonly string[]} known
 * @returns {readonly string[]}
 */
export function requiredTiers(known) {
  const named = (process.env['KMS_DOCTOR_TIERS'] ?? '').split(',').map((name) => name.trim());
  const all = process.env['KMS_DOCTOR_ALL_TIERS'] === '1' ? known : [];
  return [...new Set([...all, ...named.filter((name) => name !== '')])];
}
