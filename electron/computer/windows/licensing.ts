/** Changes to licensing: by slmgr where VBScript runs, else by the CIM methods that slmgr itself calls. */
import {
  ChangeRefused,
  nullIfUnreadable,
  Unreadable,
  type ChangeReceipt,
  type CimRow,
} from '@engine/computer';
import { APPLICATION_IDS } from '@shared/kms';
import { lastFiveOf } from '@shared/product-key';
import { readOnly } from './answers';
import type { WindowsHost } from './windows-host';
import type { Parameters } from './powershell';
import type { SystemPaths } from './system-paths';
import { refused } from './refusals';
import { slmgrRefusal, runSlmgr, type SlmgrCall } from './slmgr';

/** Installing a key and activating ask servers. */
const LIMIT_MS = 120_000;

/** What CIM is asked where slmgr cannot run: the operations of licensing-call.ps1. */
export type LicensingCall = Parameters & {
  readonly operation:
    | 'activate'
    | 'set-activation-type'
    | 'deposit-confirmation-id'
    | 'set-kms-host'
    | 'clear-kms-host'
    | 'set-lookup-domain'
    | 'clear-lookup-domain'
    | 'set-dns-publishing';
};

/**
 * Makes a change one way or the other.
 *
 * @param isDone reads the state back; what slmgr or the method says proves nothing. Where it cannot be read, the
 * receipt is given all the same: the engine reads it back itself, and says so where it cannot either
 * @throws ChangeRefused
 */
export async function changeLicensing(
  windowsHost: WindowsHost,
  paths: SystemPaths,
  how: { readonly slmgr: SlmgrCall; readonly cim: LicensingCall },
  isDone: () => Promise<boolean | ChangeRefused>,
  signal: AbortSignal,
): Promise<ChangeReceipt> {
  const end = await runSlmgr(windowsHost, paths, how.slmgr, signal);
  const refusal = end === null ? null : slmgrRefusal(end);
  if (refusal !== null) throw refusal;
  if (end === null) {
    await windowsHost
      .query('licensing', 'licensing-call', how.cim, { signal, limitMs: LIMIT_MS })
      .catch(refused);
  }
  const done = await isDone().catch(nullIfUnreadable);
  if (done instanceof ChangeRefused) throw done;
  if (done === false) throw new ChangeRefused('not-done', null, end?.said ?? how.cim.operation);
  return { way: end === null ? 'cim' : 'slmgr' };
}

/**
 * Whether Windows is licensed, as its product rows say; the code that Windows gives instead where it is not.
 *
 * @param rows without add-ons
 * @throws Unreadable where a row does not have it
 */
export function licensed(rows: readonly CimRow[]): true | ChangeRefused {
  if (rows.some((row) => row['LicenseStatus'] === 1)) return true;
  if (rows.some((row) => typeof row['LicenseStatus'] !== 'number')) {
    throw new Unreadable('garbled-answer', 'powershell.exe', 'LicenseStatus');
  }
  const reason = Number(rows[0]?.['LicenseStatusReason'] ?? 0) >>> 0;
  // Codes of informational severity tell how a licence stands, not why there is none.
  return new ChangeRefused('not-done', reason >= 0x8000_0000 ? reason : null);
}

/**
 * One attempt to activate each product of Office that has a key, by its own method, since slmgr speaks of Windows.
 *
 * @throws ChangeRefused
 */
export async function activateOffice(
  windowsHost: WindowsHost,
  signal: AbortSignal,
): Promise<ChangeReceipt> {
  const call: LicensingCall = { operation: 'activate', applicationId: APPLICATION_IDS.office };
  await windowsHost
    .query('licensing', 'licensing-call', call, { signal, limitMs: LIMIT_MS })
    .catch(refused);
  return { way: 'cim' };
}

/**
 * Installs a product key. It goes over the standard input of PowerShell; slmgr would have it as an argument, where
 * process lists and audit logs keep it.
 *
 * @throws ChangeRefused
 */
export async function installProductKey(
  windowsHost: WindowsHost,
  key: string,
  signal: AbortSignal,
): Promise<ChangeReceipt> {
  const outputs = await windowsHost
    .query('licensing', 'install-product-key', { productKey: key }, { signal, limitMs: LIMIT_MS })
    .catch(refused);
  const installed = partialKeysIn(outputs);
  if (installed !== null && !installed.includes(lastFiveOf(key))) {
    throw new ChangeRefused('not-done');
  }
  return { way: 'cim' };
}

/** Null where they could not be read once the key was installed. */
function partialKeysIn(outputs: readonly unknown[]): readonly string[] | null {
  try {
    return readOnly('install-product-key', outputs).partialKeys;
  } catch (error) {
    return nullIfUnreadable(error);
  }
}
