/** Events that Windows logs for a KMS activation attempt, with their data in order (docs/windows-facts.md#events). */
import type { CimRow, SppEvent } from '@engine/computer';
import { formatErrorCode } from '@shared/error-codes';
import { formatEndpoint } from '@shared/names';
import type { CompleteScenario } from '@shared/scenario';

/** One request to one KMS host. */
export interface KmsRequest {
  readonly host: string;
  readonly port: number;
  /** 0 on success. */
  readonly code: number;
  /** Count reported by the host; null if it reported none. */
  readonly count: number | null;
}

/** Placeholder for an ID that the scenario doesn't specify. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Activation and renewal intervals set by a KMS host, in minutes (slmgr /sai, /sri). */
const INTERVALS = ['120', '10080'];

/**
 * Returns the events of an attempt: a 12288 for each request, or a single one without a host if none was found, and a
 * 12289 for each reply.
 *
 * @param code result of the attempt
 * @param least count that the product requires
 */
export function eventsOf(
  requests: readonly KmsRequest[],
  code: number,
  row: CimRow,
  { licensing }: CompleteScenario,
  { now, least }: { readonly now: Date; readonly least: number },
): SppEvent[] {
  const time = now.toISOString();
  const stamp = time.slice(0, 16).replaceAll('-', '/').replace('T', ' ');
  const sent = requests.length > 0 ? requests : [{ host: '', port: 0, code, count: null }];
  return sent.flatMap((request): SppEvent[] => {
    const start = [formatErrorCode(request.code), '0x00000000'];
    const host = request.host.replace(/^\[|\]$/g, '');
    const asked = [
      ...start,
      host === '' ? '' : formatEndpoint(host, request.port),
      String(licensing.service['ClientMachineID'] ?? NO_ID),
      stamp,
      '0',
      String(row['LicenseStatus'] ?? 0),
      String(row['GracePeriodRemaining'] ?? 0),
      String(row['ID'] ?? NO_ID),
      String(least),
    ];
    const activated = request.code === 0 ? '1' : '0';
    const replied = [...start, activated, '0', String(request.count), ...INTERVALS, stamp];
    return [
      { id: 12288, time, data: asked },
      ...(request.count === null ? [] : [{ id: 12289, time, data: replied }]),
    ];
  });
}

/** Returns the event of an attempt that wasn't allowed to contact a KMS host. */
export function failureOf(code: number, row: CimRow, now: Date): SppEvent {
  const pairs = [
    'Action=AutoActivate',
    `AppId=${String(row['ApplicationID'])}`,
    ...(row['ID'] ? [`SkuId=${String(row['ID'])}`] : []),
  ];
  const data = [`hr=${formatErrorCode(code)}`, pairs.join(';')];
  return { id: 8198, time: now.toISOString(), data };
}
