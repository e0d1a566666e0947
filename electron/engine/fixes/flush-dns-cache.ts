import type { Fix } from './plan';

/** Has Windows forget what it remembers of DNS. */
export const flushDnsCache: Fix<'flush-dns-cache'> = {
  plan: () => ({ changes: [{ kind: 'dns-cache-flush' }] }),
};
