/** Events that an attempt to activate by KMS leaves, with their data in Windows' order (docs/windows-facts.md#events). */
import type { CimRow, SppEvent } from '@engine/computer';
import { formatErrorCode } from '@shared/error-codes';
import { formatEndpoint } from '@shared/names';
import type { CompleteScenario } from '@shared/scenario';

/** One request to one KMS host. */
export interface KmsRequest {
  readonly host: string;
  readonly port: number;
  /** 0 for a success. */
  readonly code: number;
  /** Count that the host told; null where it told none. */
  readonly count: number | null;
}

/** What an event holds where Windows would have an id that the scenario does not give. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Minutes between attempts and between renewals, as a KMS host sets them (slmgr /sai, /sri). */
const INTERVALS = ['120', '10080'];

/**
 * The events of an attempt: a 12288 for each request, one without a host where none was found, and a 12289 for each
 * reply.
 *
 * @param code with which the attempt ended
 * @param least count that the product needs
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
  const text = (value: CimRow[string] | undefined, otherwise: string): string =>
    String(value ?? otherwise);
  const sent = requests.length > 0 ? requests : [{ host: '', port: 0, code, count: null }];
  return sent.flatMap((request): SppEvent[] => {
    const start = [formatErrorCode(request.code), '0x00000000'];
    const host = request.host.replace(/^\[|\]$/g, '');
    const asked = [
      ...start,
      host === '' ? '' : formatEndpoint(host, request.port),
      text(licensing.service['ClientMachineID'], NO_ID),
      stamp,
      '0',
      text(row['LicenseStatus'], '0'),
      text(row['GracePeriodRemaining'], '0'),
      text(row['ID'], NO_ID),
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

/** The event of an attempt in which no KMS host was to be asked. */
export function failureOf(code: number, row: CimRow, now: Date): SppEvent {
  const pairs = [
    'Action=AutoActivate',
    `AppId=${String(row['ApplicationID'])}`,
    ...(row['ID'] ? [`SkuId=${String(row['ID'])}`] : []),
  ];
  const data = [`hr=${formatErrorCode(code)}`, pairs.join(';')];
  return { id: 8198, time: now.toISOString(), data };
}
