/** Sets the DNS suffix search list, with which Windows completes names. */
import { isDeepStrictEqual } from 'node:util';
import {
  ChangeRefused,
  nullIfUnreadable,
  type ComputerChanges,
  type ComputerFacts,
} from '@engine/computer';
import { canonicalName } from '@shared/names';
import { execute, type Context } from './context';
import { TCPIP_KEY } from './network-settings';
import { nullIfFailed } from './refusals';

const LIMIT_MS = 10_000;

/**
 * Sets the list with PowerShell. If PowerShell doesn't clear it, an empty list is set by deleting the registry value.
 *
 * @throws ChangeRefused `not-done` if another list is in effect, such as that of a group policy, which takes precedence
 */
export const setSuffixSearchList =
  (
    context: Context,
    facts: Pick<ComputerFacts, 'dnsClientSettings'>,
  ): ComputerChanges['setSuffixSearchList'] =>
  async (suffixes, signal) => {
    /** Reads the list in effect; null if it can't be read. */
    const inForce = () =>
      facts
        .dnsClientSettings(signal)
        .then(({ suffixSearchList }) => suffixSearchList, nullIfUnreadable);
    const refusal = await execute(context, 'set-suffix-search-list', { suffixes }, signal).then(
      () => null,
      (error: unknown) => {
        if (error instanceof ChangeRefused) return error;
        throw error;
      },
    );
    if (suffixes.length > 0 && refusal !== null) throw refusal;
    let found = await inForce();
    if (refusal === null && (found === null || isSame(found, suffixes)))
      return { way: 'powershell' };
    if (suffixes.length === 0) {
      const args = ['delete', TCPIP_KEY, '/v', 'SearchList', '/f', '/reg:64'];
      const deleted = context.windowsHost.run('reg.exe', args, { signal, limitMs: LIMIT_MS });
      const end = await nullIfFailed(deleted, signal);
      found = await inForce();
      const isDone = found === null ? end?.exitCode === 0 : isSame(found, suffixes);
      if (isDone) return { way: 'reg.exe' };
    }
    throw refusal ?? new ChangeRefused('not-done', null, (found ?? []).join(', '));
  };

const isSame = (found: readonly string[], wanted: readonly string[]): boolean =>
  isDeepStrictEqual(found.map(canonicalName), wanted.map(canonicalName));
