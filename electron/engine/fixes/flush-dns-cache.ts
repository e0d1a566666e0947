import { noParameters } from './parameters';
import { defineFix } from './plan';

/** Clears the DNS cache of Windows. */
export const flushDnsCache = defineFix({
  parameters: noParameters,
  plan: () => ({ changes: [{ kind: 'dns-cache-flush' }] }),
});
