/**
 * Results of a fix that was started. `verified`: done, and the re-check is healthy. `applied`: done, still unhealthy.
 * `unverified`: made, but the changed value couldn't be read back.
 */
export const FIX_RESULTS = ['verified', 'applied', 'unverified', 'rolled-back', 'failed'] as const;
