/**
 * Code of every verdict, in order of precedence. Each verdict is defined by one row in
 * `electron/engine/verdict/rules/`; its texts are under `verdicts.<code>`.
 */
export const VERDICT_CODES = [
  'licensing-service-unavailable',
  'no-product-key',
  'product-key-rejected',
  'evaluation-edition',
  'not-a-kms-client',
  'activation-type-excludes-kms',
  'clock-skew',
  'dns-server-not-configured',
  'dns-server-unreachable',
  'dns-server-failing',
  'domain-unknown-to-dns',
  'no-dns-suffix',
  'assigned-host-is-this-pc',
  'assigned-host-unresolvable',
  'assigned-host-unreachable',
  'assigned-host-not-kms',
  'srv-record-missing',
  'srv-record-in-other-domain',
  'srv-record-bare-name',
  'dns-servers-disagree',
  'client-resolver-disagrees',
  'srv-target-unresolvable',
  'kms-port-filtered',
  'kms-service-not-listening',
  'not-a-kms-host',
  'kms-host-not-activated',
  'kms-host-cannot-activate-this-product',
  'duplicate-client-ids',
  'kms-count-too-low',
  'dns-publishing-disabled',
  'dns-publishing-refused',
  'kms-firewall-closed',
  'access-denied',
  'activation-failed',
  'activation-pending',
  'office-not-activated',
  'healthy',
  'cannot-diagnose',
] as const;

/** Code of a verdict. */
export type VerdictCode = (typeof VERDICT_CODES)[number];
