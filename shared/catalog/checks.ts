/**
 * Every check, in the order in which a card shows it. Each check belongs to exactly one procedure.
 * Titles are in the locale files under `checks.<id>.title`.
 */
import type { ProcedureId } from './procedures';

/** A check and its scope. Outside that scope the runner returns `not-applicable` or `unknown`. */
export interface CheckDefinition {
  readonly id: CheckId;
  readonly procedure: ProcedureId;
  /**
   * `windows`: reads data that only Windows has. `kms-host`: examines this PC as a KMS host.
   * `kms-path`: covers the path from a KMS client to its host, which is irrelevant to a PC activated another way.
   */
  readonly scope: 'any' | 'windows' | 'kms-host' | 'kms-path';
}

const table = {
  'change-to-mak': {
    'licensing-service': 'windows',
    'product-key-installed': 'windows',
    'product-key-channel': 'windows',
    'activation-type': 'windows',
    'licence-status': 'windows',
    'last-activation-error': 'windows',
    'office-licence': 'windows',
    'activation-proxy': 'windows',
    'vbscript-available': 'windows',
  },
  'configure-kms-host': {
    'kms-host-activated': 'windows',
    'kms-host-count': 'windows',
    'kms-host-requests': 'kms-host',
    'kms-host-listening': 'kms-host',
    'kms-host-firewall': 'kms-host',
  },
  'check-dns-connectivity': {
    'network-address': 'any',
    'default-gateway': 'any',
    'dns-server-configured': 'any',
    'dns-server-answers': 'any',
    'dns-server-ping': 'any',
    'dns-server-tcp': 'any',
    'domain-controllers-known': 'kms-path',
  },
  'check-kms-host': {
    'dns-publishing-enabled': 'kms-host',
    'dns-publishing-events': 'kms-host',
    'other-kms-hosts': 'kms-host',
    'legacy-registry-key': 'windows',
  },
  'find-routing-issue': {
    'clock-offset': 'windows',
    'kms-port-reachable': 'kms-path',
    'outbound-firewall': 'windows',
    'kms-service-answers': 'kms-path',
  },
  'check-dns-configuration': {
    'dns-suffixes': 'any',
    'srv-record-published': 'kms-path',
    'srv-record-consistent': 'kms-path',
    'srv-record-expected-hosts': 'kms-path',
    'srv-target-addresses': 'kms-path',
    'resolver-agrees': 'kms-path',
    'cached-kms-host': 'windows',
  },
  'create-srv-record': {
    'srv-record-needed': 'kms-path',
    'srv-record-bare-name': 'kms-path',
    'srv-record-form': 'kms-path',
  },
  'assign-kms-host': {
    'assigned-host-form': 'windows',
    'assigned-host-resolves': 'windows',
    'assigned-host-answers': 'windows',
    'lookup-domain': 'windows',
  },
  'publish-in-multiple-domains': {
    'srv-record-other-domains': 'kms-path',
    'publish-list': 'kms-host',
  },
} as const satisfies Record<ProcedureId, Record<string, CheckDefinition['scope']>>;

type Table = typeof table;

/** ID of a check. Only `srv-record-published` is a stable public ID; the others may be renamed. */
export type CheckId = { [P in keyof Table]: keyof Table[P] }[keyof Table];

/** IDs of one procedure's checks. */
export type CheckIdOf<P extends ProcedureId> = keyof Table[P];

/** Every check, in card order. */
export const CHECKS: readonly CheckDefinition[] = Object.entries(table).flatMap(
  ([procedure, checks]) =>
    Object.entries(checks).map(([id, scope]) => ({
      id: id as CheckId,
      procedure: procedure as ProcedureId,
      scope,
    })),
);

/** The check whose sentence is shown on each procedure's card, if it is among the worst. */
export const REPRESENTATIVES: Readonly<Record<ProcedureId, CheckId>> = {
  'change-to-mak': 'product-key-channel',
  'configure-kms-host': 'kms-host-activated',
  'check-dns-connectivity': 'dns-server-answers',
  'check-kms-host': 'dns-publishing-enabled',
  'find-routing-issue': 'kms-port-reachable',
  'check-dns-configuration': 'srv-record-published',
  'create-srv-record': 'srv-record-needed',
  'assign-kms-host': 'assigned-host-form',
  'publish-in-multiple-domains': 'srv-record-other-domains',
};

const byId = new Map(CHECKS.map((check) => [check.id, check]));

/** Returns the definition of a check. */
export function checkDefinition(id: CheckId): CheckDefinition {
  const found = byId.get(id);
  if (found === undefined) throw new Error(`Unknown check: ${id}`);
  return found;
}
