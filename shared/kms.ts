/**
 * Constants that Microsoft defined for the Key Management Service ("Plan for KMS activation" unless another source is
 * given).
 */

/** Default TCP port of a KMS host. */
export const KMS_PORT = 1688;

/** Name of the SRV record that KMS clients query, without a domain. */
export const KMS_SERVICE = '_vlmcs._tcp';

/** ApplicationID of Windows in SoftwareLicensingProduct. */
export const WINDOWS_APPLICATION_ID = '55c92734-d682-4d71-983e-d6ec3f16059f';

/** ApplicationIDs of the applications that support volume activation. */
export const APPLICATION_IDS = {
  windows: WINDOWS_APPLICATION_ID,
  office: '0ff1ce15-a989-479d-af46-f275c6370663',
} as const;

/** The application that a license is for. */
export type Application = keyof typeof APPLICATION_IDS;

/** Whether a row of SoftwareLicensingProduct belongs to an application. */
export const isRowOf = (
  application: Application,
  row: Readonly<Record<string, unknown>>,
): boolean => String(row['ApplicationID']).toLowerCase() === APPLICATION_IDS[application];

/** LicenseStatus of a licensed product. */
export const LICENSED = 1;

/** Activation threshold for client editions: computers that a KMS host must have counted. */
export const CLIENT_ACTIVATION_THRESHOLD = 25;
/** Activation threshold for server editions. */
export const SERVER_ACTIVATION_THRESHOLD = 5;
/** Activation threshold for Office, on any edition. */
export const OFFICE_ACTIVATION_THRESHOLD = 5;

/** Maximum difference in minutes between the clocks of client and KMS host (error 0xC004F06C). */
export const CLOCK_LIMIT_MINUTES = 240;

/** The same for Microsoft's activation servers: with a larger difference, Windows may reject their certificates. */
export const MICROSOFT_CLOCK_LIMIT_MINUTES = 24 * 60;

/** Duration of a KMS activation in minutes: 180 days. */
export const KMS_VALIDITY_MINUTES = 259_200;
