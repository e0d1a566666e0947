/** Builds the command line when the packages were installed, so that `kms-doctor` works at once. */
import { bundle } from './bundle.mjs';

try {
  await import('esbuild');
  await bundle(['resources', 'cli']);
} catch (error) {
  // Without the packages for developers (npm ci --omit=dev) there is nothing to build with, and no need to.
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) {
    throw error;
  }
}
