/** Name resolution by the operating system: its resolver (hosts file, cache) for addresses, its DNS servers for SRV. */
import { lookup, Resolver } from 'node:dns/promises';
import type { DnsRecord, RecordType, ResolverAnswer } from '@engine/computer';
import { msSince, within } from '@engine/deadline';
import { printableName } from './dns-name';
import { RESOLVE_LIMIT_MS } from './limits';
import { errorCode } from '../socket-error';

type Found = Omit<ResolverAnswer, 'ms'>;

/**
 * Resolves a fully qualified name through the operating system.
 *
 * @param resolver resolver for SRV queries; the default one uses the system's servers
 * @returns the records, or the error code (`ENOTFOUND`, `ETIMEOUT` …); also `ETIMEOUT` after {@link RESOLVE_LIMIT_MS}
 */
export async function resolveBySystem(
  name: string,
  type: RecordType,
  signal: AbortSignal,
  resolver = new Resolver(),
): Promise<ResolverAnswer> {
  const start = performance.now();
  const common = { name: printableName(name), ttl: null };
  const ask = async (): Promise<DnsRecord[]> => {
    if (type !== 'SRV') {
      const addresses = await lookup(name, { all: true, family: type === 'A' ? 4 : 6 });
      return addresses.map(({ address }) => ({ type, ...common, address }));
    }
    const records = await resolver.resolveSrv(name);
    return records.map(({ name: target, port, priority, weight }) => ({
      type,
      ...common,
      priority,
      weight,
      port,
      target: printableName(target),
    }));
  };
  const found = await within<Found>(
    { ms: RESOLVE_LIMIT_MS, signal },
    (isOver) => {
      // Cancels SRV queries. The system's lookup can't be canceled; it ends by itself, and its result is ignored.
      isOver.addEventListener('abort', () => {
        resolver.cancel();
      });
      return ask().then(
        (records) => ({ records, error: records.length === 0 ? 'ENODATA' : null }),
        (error: unknown) => ({ records: [], error: errorCode(error) }),
      );
    },
    () => ({ records: [], error: 'ETIMEOUT' }),
  );
  return { ...found, ms: msSince(start) };
}
