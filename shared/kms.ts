/** What Microsoft fixed about the Key Management Service ("Plan for KMS activation" where no source is named). */

/** Computers that a KMS host must have counted before it activates client editions. */
export const CLIENT_COUNT = 25;
/** The same for server editions. */
export const SERVER_COUNT = 5;

/** Minutes by which the clocks of client and KMS host may differ (error 0xC004F06C). */
export const CLOCK_LIMIT_MINUTES = 240;

/** Minutes that an activation by KMS lasts: 180 days. */
export const KMS_VALIDITY_MINUTES = 259_200;
