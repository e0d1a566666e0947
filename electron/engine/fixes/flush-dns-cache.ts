import { noParameters } from './parameters';
import { defineFix } from './plan';

/** Has Windows forget what it remembers of DNS. */
export const flushDnsCache = defineFix({
  parameters: noParameters,
  plan: () => ({ changes: [{ kind: 'dns-cache-flush' }] }),
});
