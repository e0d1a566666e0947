/**
 * Builds the command line once the packages are installed, so that `kms-doctor` works at once. An installation does
 * not fail for it: without the packages for developers (npm ci --omit=dev) there is nothing to build with, and what
 * else went wrong is said again by the command that needs the build.
 */
try {
  const { bundle } = await import('./bundle.mjs');
  await bundle(['resources', 'cli']);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  console.warn(`The command line is not built yet: ${reason}`);
}
