/** The Windows resolver cache. */
import { ChangeRefused, Unreadable, type ChangeReceipt } from '@engine/computer';
import { execute, type Context } from './context';
import { nullIfFailed } from './refusals';

const LIMIT_MS = 30_000;

/**
 * Clears the cache with PowerShell, which can inspect it before and after. The fallback without PowerShell is
 * `ipconfig`, which can't, and may exit with 0 even if it failed.
 *
 * @throws ChangeRefused `not-done` if its previous contents are still there; Unreadable if it couldn't be inspected
 */
export async function flushDnsCache(context: Context, signal: AbortSignal): Promise<ChangeReceipt> {
  let left: readonly string[];
  try {
    ({ left } = await execute(context, 'flush-dns-cache', {}, signal));
  } catch (error) {
    if (!(error instanceof ChangeRefused || error instanceof Unreadable)) throw error;
    const limits = { signal, limitMs: LIMIT_MS };
    const flushed = context.windowsHost.run('ipconfig.exe', ['/flushdns'], limits);
    const end = await nullIfFailed(flushed, signal);
    // ipconfig may exit with 0 even if it failed, and the cache couldn't be inspected.
    if (end?.exitCode === 0) throw new Unreadable('tool-failed', 'ipconfig.exe', error.message);
    throw error instanceof ChangeRefused
      ? error
      : new ChangeRefused('tool-failed', null, error.said);
  }
  if (left.length > 0) throw new ChangeRefused('not-done', null, left.join(', '));
  return { way: 'powershell' };
}
