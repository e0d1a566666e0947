/** Names through the operating system: its resolver with hosts file and cache for addresses, its servers for SRV. */
import { lookup, promises as dns, type LookupAddress } from 'node:dns';
import type { DnsRecord, RecordType, ResolverAnswer } from '@engine/computer';
import { withDeadline, msSince } from '@engine/deadline';
import { printableName } from './dns-name';
import { RESOLVE_LIMIT_MS } from './limits';
import { errorCode } from './socket-error';

type Found = Omit<ResolverAnswer, 'ms'>;

/**
 * Asks the operating system for a full name.
 *
 * @param resolver asks for SRV; one without settings of its own has the system's servers
 * @returns the records, or its error code (`ENOTFOUND`, `ETIMEOUT` …); `ETIMEOUT` also after
 *   {@link RESOLVE_LIMIT_MS}
 */
export async function resolveBySystem(
  name: string,
  type: RecordType,
  signal: AbortSignal,
  resolver = new dns.Resolver(),
): Promise<ResolverAnswer> {
  const start = performance.now();
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
              ...{ type, name: printableName(name), ttl: null },
              ...{ priority, weight, port, target: printableName(target) },
            })),
          );
        }, failed);
        return () => {
          resolver.cancel();
        };
      }
      lookup(name, { all: true, family: type === 'A' ? 4 : 6 }, (error, addresses) => {
        if (error) failed(error);
        else done(addresses.map(toRecord(name, type)));
      });
      // The system's own lookup cannot be called off; it ends by itself and is not listened to.
      return () => undefined;
    },
    () => ({ records: [], error: 'ETIMEOUT' }),
  );
  return { ...found, ms: msSince(start) };
}

function toRecord(name: string, type: 'A' | 'AAAA'): (found: LookupAddress) => DnsRecord {
  return ({ address }) => ({ type, name: printableName(name), ttl: null, address });
}
