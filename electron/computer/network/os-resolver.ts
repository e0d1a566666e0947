/** Name resolution by the operating system: its resolver (hosts file, cache) for addresses, its DNS servers for SRV. */
import { lookup, promises as dns } from 'node:dns';
import type { DnsRecord, RecordType, ResolverAnswer } from '@engine/computer';
import { withDeadline, msSince } from '@engine/deadline';
import { printableName } from './dns-name';
import { RESOLVE_LIMIT_MS } from './limits';
import { errorCode } from './socket-error';

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
  resolver = new dns.Resolver(),
): Promise<ResolverAnswer> {
  const start = performance.now();
  const common = { name: printableName(name), ttl: null };
  const found = await withDeadline<Found>(
    { ms: RESOLVE_LIMIT_MS, signal },
    (settle) => {
      const done = (records: readonly DnsRecord[]) => {
        settle({ records, error: records.length === 0 ? 'ENODATA' : null });
      };
      const failed = (error: unknown) => {
        settle({ records: [], error: errorCode(error) });
      };
      if (type === 'SRV') {
        resolver.resolveSrv(name).then((records) => {
          done(
            records.map(({ name: target, port, priority, weight }) => ({
              type,
              ...common,
              priority,
              weight,
              port,
              target: printableName(target),
            })),
          );
        }, failed);
        return () => {
          resolver.cancel();
        };
      }
      lookup(name, { all: true, family: type === 'A' ? 4 : 6 }, (error, addresses) => {
        if (error) failed(error);
        else done(addresses.map(({ address }) => ({ type, ...common, address })));
      });
      // The system's lookup can't be canceled. It ends by itself, and its result is ignored.
      return () => undefined;
    },
    () => ({ records: [], error: 'ETIMEOUT' }),
  );
  return { ...found, ms: msSince(start) };
}
