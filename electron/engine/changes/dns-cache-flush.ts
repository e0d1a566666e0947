import { z } from 'zod';
import { Unreadable } from '../computer';
import { storedChange, defineChange } from './change';
import { system32 } from './commands';

/** Clears the DNS resolver cache. Windows repopulates it as needed. */
export const dnsCacheFlush = defineChange({
  schema: storedChange('dns-cache-flush', {}),
  stateSchema: z.null(),
  /** Doesn't read the cache contents. If the resolver service isn't running, there's no cache to clear. */
  async readState(facts) {
    const resolver = await facts.resolverService();
    if (resolver !== null && resolver.state !== 'running') {
      throw new Unreadable('tool-failed', 'Dnscache', resolver.state);
    }
    return null;
  },
  apply: (computer, _, _secrets, signal) => computer.flushDnsCache(signal),
  // The next diagnosis shows the effect.
  isDone: () => true,
  unobservable: true,
  mayStartUnknown: true,
  title: () => ({ key: 'changes.dns-cache-flush.title' }),
  manualSteps: () => [system32('ipconfig.exe', '/flushdns')],
  showBefore: () => ({ key: 'changes.dns-cache-flush.before' }),
  showAfter: () => ({ key: 'changes.dns-cache-flush.after' }),
  irreversibleReason: () => ({ key: 'changes.dns-cache-flush.noWayBack' }),
});
