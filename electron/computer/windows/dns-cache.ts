/** The cache of Windows' resolver. */
import { ChangeRefused, Unreadable, type ChangeReceipt } from '@engine/computer';
import { readOnly } from './answers';
import { execute, type Context } from './context';

const LIMIT_MS = 30_000;

/**
 * Empties it: by PowerShell, which can look into it before and after, and where there is none by `ipconfig`, which
 * cannot, and may end with 0 although it failed.
 *
 * @throws ChangeRefused `not-done` where what was in it is still there; Unreadable where nobody could look into it
 */
export async function flushDnsCache(context: Context, signal: AbortSignal): Promise<ChangeReceipt> {
  const question = 'flush-dns-cache';
  let left: readonly string[];
  try {
    const outputs = await execute(context, question, {}, signal);
    ({ left } = readOnly(question, outputs));
  } catch (error) {
    if (!(error instanceof ChangeRefused || error instanceof Unreadable)) throw error;
    const end = await context.windowsHost
      .run('ipconfig.exe', ['/flushdns'], { signal, limitMs: LIMIT_MS })
      .catch(() => {
        signal.throwIfAborted();
        return null;
      });
    // ipconfig can end with 0 although it failed, and nobody here could look into the cache.
    if (end?.exitCode === 0) throw new Unreadable('tool-failed', 'ipconfig.exe', error.message);
    throw error instanceof ChangeRefused
      ? error
      : new ChangeRefused('tool-failed', null, error.said);
  }
  if (left.length > 0) throw new ChangeRefused('not-done', null, left.join(', '));
  return { way: 'powershell' };
}
