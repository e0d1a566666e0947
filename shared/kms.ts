/** What Microsoft fixed about the Key Management Service ("Plan for KMS activation" where no source is named). */

/** TCP port on which a KMS host listens unless told otherwise. */
export const KMS_PORT = 1688;

/** Name of the SRV record that KMS clients look for, without a domain. */
export const KMS_SERVICE = '_vlmcs._tcp';

/** ApplicationID of Windows in SoftwareLicensingProduct. */
export const WINDOWS_APPLICATION_ID = '55c92734-d682-4d71-983e-d6ec3f16059f';

/** ApplicationID of those applications that volume activation serves. */
export const APPLICATION_IDS = {
  windows: WINDOWS_APPLICATION_ID,
  office: '0ff1ce15-a989-479d-af46-f275c6370663',
} as const;

/** Whose licence it is. */
export type Application = keyof typeof APPLICATION_IDS;

/** Computers that a KMS host must have counted before it activates client editions. */
export const CLIENT_COUNT = 25;
/** The same for server editions. */
export const SERVER_COUNT = 5;
/** The same for Office, on whatever edition. */
export const OFFICE_COUNT = 5;

/** Minutes by which the clocks of client and KMS host may differ (error 0xC004F06C). */
export const CLOCK_LIMIT_MINUTES = 240;

/** The same for Microsoft's activation servers, whose certificates a clock that is further off may not take for valid. */
export const MICROSOFT_CLOCK_LIMIT_MINUTES = 24 * 60;

/** Minutes that an activation by KMS lasts: 180 days. */
export const KMS_VALIDITY_MINUTES = 259_200;
