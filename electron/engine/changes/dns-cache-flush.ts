import { z } from 'zod';
import { Unreadable } from '../computer';
import { storedChange, type ChangeType } from './change';
import { system32 } from './commands';

const schema = storedChange('dns-cache-flush', {});

/** Empties the resolver's cache. What was in it Windows asks for again by itself. */
export const dnsCacheFlush: ChangeType<z.output<typeof schema>, null> = {
  schema,
  stateSchema: z.null(),
  slot: () => 'dns-cache',
  /** What it holds nobody is told here; where its service does not run, there is nothing that could be emptied. */
  async readState(facts) {
    const resolver = await facts.resolverService();
    if (resolver !== null && resolver.state !== 'running') {
      throw new Unreadable('tool-failed', 'Dnscache', resolver.state);
    }
    return null;
  },
  apply: (computer, _, _secrets, signal) => computer.flushDnsCache(signal),
  // The diagnosis afterwards sees what comes of it.
  isDone: () => true,
  unseen: true,
  mayStartUnknown: true,
  inverse: () => null,
  leaves: () => 'nothing',
  title: () => ({ key: 'changes.dns-cache-flush.title' }),
  byHand: () => [system32('ipconfig.exe', '/flushdns')],
  showBefore: () => ({ key: 'changes.dns-cache-flush.before' }),
  showAfter: () => ({ key: 'changes.dns-cache-flush.after' }),
  irreversibleReason: () => ({ key: 'changes.dns-cache-flush.noWayBack' }),
};
