import type { ChangeType, DnsCacheFlushChange } from './change';
import { system32 } from './commands';

/** Empties the resolver's cache. What was in it Windows asks for again by itself. */
export const dnsCacheFlush: ChangeType<DnsCacheFlushChange, null> = {
  slot: () => 'dns-cache',
  readState: () => Promise.resolve(null),
  apply: (computer, _, _secrets, signal) => computer.flushDnsCache(signal),
  // Windows does not tell what its cache holds; the diagnosis afterwards sees what comes of it.
  isDone: () => true,
  inverse: () => null,
  needsElevation: () => true,
  title: () => ({ key: 'changes.dns-cache-flush.title' }),
  byHand: () => [system32('ipconfig.exe', '/flushdns')],
  showBefore: () => ({ key: 'changes.dns-cache-flush.before' }),
  showAfter: () => ({ key: 'changes.dns-cache-flush.after' }),
  noWayBack: () => ({ key: 'changes.dns-cache-flush.noWayBack' }),
};
