/** Changes to licensing: by slmgr if VBScript runs, otherwise by the CIM methods that slmgr itself calls. */
import {
  ChangeRefused,
  nullIfUnreadable,
  Unreadable,
  type ChangeReceipt,
  type CimRow,
  type ComputerChanges,
} from '@engine/computer';
import { APPLICATION_IDS, LICENSED } from '@shared/kms';
import { lastFiveOf } from '@shared/product-key';
import { execute, type Context } from './context';
import type { Parameters } from './powershell';
import { activationIdArgument, OPERATIONS, runSlmgr, type SlmgrCall } from './slmgr';

/** Parameters of a CIM operation. */
interface LicensingParameters extends Parameters {
  /** The only product that is changed; null or omitted for all. */
  readonly productId?: string | null | undefined;
}

/**
 * Makes a change by slmgr, or by CIM if slmgr can't run.
 *
 * @param slmgr without the product's ID
 * @param parameters of the CIM operation
 * @param isDone reads the state back, since the result of slmgr or the method proves nothing. If it can't be read, the
 *   receipt is returned anyway: the engine reads the state back itself, and reports if that fails too
 * @throws ChangeRefused
 */
export async function changeLicensing(
  context: Context,
  signal: AbortSignal,
  slmgr: SlmgrCall,
  parameters: LicensingParameters,
  isDone: (signal: AbortSignal) => Promise<boolean | ChangeRefused>,
): Promise<ChangeReceipt> {
  const { productId } = parameters;
  const operation = OPERATIONS[slmgr[0]];
  const ofProduct = typeof productId === 'string' ? [activationIdArgument(productId)] : [];
  const said = await runSlmgr(context, [...slmgr, ...ofProduct], signal);
  if (said === null) {
    await execute(context, 'licensing-call', { operation, ...parameters }, signal);
  }
  const done = await isDone(signal).catch(nullIfUnreadable);
  if (done instanceof ChangeRefused) throw done;
  if (done === false) throw new ChangeRefused('not-done', null, said ?? operation);
  return { way: said === null ? 'cim' : 'slmgr' };
}

/**
 * Whether Windows is licensed according to its product rows. If it isn't, returns a refusal with Windows' error code.
 *
 * @param rows without add-ons
 * @throws Unreadable if a row has no status
 */
export function licensed(rows: readonly CimRow[]): true | ChangeRefused {
  if (rows.some((row) => row['LicenseStatus'] === LICENSED)) return true;
  if (rows.some((row) => typeof row['LicenseStatus'] !== 'number')) {
    throw new Unreadable('garbled-answer', 'powershell.exe', 'LicenseStatus');
  }
  const reason = Number(rows[0]?.['LicenseStatusReason'] ?? 0) >>> 0;
  // Codes of informational severity describe a license, not why there is none.
  return new ChangeRefused('not-done', reason >= 0x8000_0000 ? reason : null);
}

/**
 * Attempts once to activate each Office product that has a key, by its CIM method, since slmgr is for Windows.
 *
 * @throws ChangeRefused
 */
export async function activateOffice(
  context: Context,
  signal: AbortSignal,
): Promise<ChangeReceipt> {
  const order = { operation: OPERATIONS['-ato'], applicationId: APPLICATION_IDS.office };
  await execute(context, 'licensing-call', order, signal);
  return { way: 'cim' };
}

/**
 * Installs a product key. It's passed to PowerShell over standard input. With slmgr it would be an argument, which
 * process lists and audit logs record.
 *
 * @throws ChangeRefused
 */
export const installProductKey =
  (context: Context): ComputerChanges['installProductKey'] =>
  async (key, _purpose, signal) => {
    const installed = await execute(
      context,
      'install-product-key',
      { productKey: key },
      signal,
    ).catch(nullIfUnreadable);
    // A garbled answer, or keys that couldn't be read after the installation, leave it unknown, which is accepted.
    if (installed?.partialKeys?.includes(lastFiveOf(key)) === false) {
      throw new ChangeRefused('not-done');
    }
    return { way: 'cim' };
  };
