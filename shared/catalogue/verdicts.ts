/**
 * Every verdict, in the order of precedence in which the engine asks for it (contract.md, "Verdicts").
 * When a verdict holds is the table of `electron/engine/verdict/verdict.ts`; its words stand under `verdicts.<code>`.
 */
import type { FixId } from './fixes';
import type { ProcedureId } from './procedures';

/** A verdict without its condition. */
export interface VerdictDefinition {
  readonly code: VerdictCode;
  readonly procedure: ProcedureId | null;
  /** Best first. What cannot be done on the target at hand is left out when a verdict is given. */
  readonly fixes: readonly FixId[];
  /** `alone`: never among what was also found. */
  readonly alone?: true;
}

const row = <Code extends string>(
  code: Code,
  procedure: ProcedureId | null,
  fixes: readonly FixId[],
  alone?: true,
) => ({ code, procedure, fixes, ...(alone && { alone }) });

const table = [
  row('licensing-service-unavailable', null, ['restart-licensing-service']),
  row('no-product-key', 'change-to-mak', ['return-to-kms', 'install-mak']),
  row('product-key-rejected', 'change-to-mak', ['install-mak', 'return-to-kms']),
  row('not-a-kms-client', 'change-to-mak', ['activate-now', 'activate-by-phone', 'return-to-kms']),
  row('clock-skew', null, ['sync-clock', 'activate-now']),
  row('dns-server-not-configured', 'check-dns-configuration', []),
  row('dns-server-unreachable', 'check-dns-connectivity', ['assign-kms-host']),
  row('dns-server-failing', 'check-dns-connectivity', ['assign-kms-host']),
  row('assigned-host-unresolvable', 'assign-kms-host', [
    'return-to-auto-discovery',
    'assign-kms-host',
  ]),
  row('assigned-host-unreachable', 'find-routing-issue', [
    'return-to-auto-discovery',
    'assign-kms-host',
    'test-routing',
  ]),
  row('assigned-host-not-kms', 'assign-kms-host', ['return-to-auto-discovery', 'assign-kms-host']),
  row('srv-record-missing', 'create-srv-record', ['create-srv-record', 'assign-kms-host']),
  row('srv-record-in-other-domain', 'publish-in-multiple-domains', [
    'add-dns-suffix',
    'set-lookup-domain',
    'assign-kms-host',
    'return-to-auto-discovery',
  ]),
  row('srv-record-bare-name', 'create-srv-record', ['create-srv-record', 'assign-kms-host']),
  row('client-resolver-disagrees', 'check-dns-configuration', ['flush-dns-cache']),
  row('srv-target-unresolvable', 'check-dns-configuration', [
    'assign-kms-host',
    'create-srv-record',
  ]),
  row('kms-port-filtered', 'find-routing-issue', ['test-routing', 'open-kms-firewall']),
  row('kms-service-not-listening', 'find-routing-issue', [
    'restart-licensing-service',
    'test-routing',
  ]),
  row('not-a-kms-host', 'check-dns-configuration', ['create-srv-record', 'assign-kms-host']),
  row('kms-host-not-activated', 'configure-kms-host', ['install-kms-host-key', 'activate-now']),
  row('kms-host-cannot-activate-this-product', 'configure-kms-host', [
    'assign-kms-host',
    'install-mak',
    'activate-now',
  ]),
  row('kms-count-too-low', 'configure-kms-host', ['install-mak', 'activate-now']),
  row('dns-publishing-disabled', 'check-kms-host', ['set-dns-publishing']),
  row('dns-publishing-refused', 'publish-in-multiple-domains', [
    'restart-licensing-service',
    'create-srv-record',
  ]),
  row('kms-firewall-closed', 'configure-kms-host', [
    'open-kms-firewall',
    'restart-licensing-service',
  ]),
  row('access-denied', null, ['activate-now']),
  row('activation-pending', null, ['activate-now'], true),
  row('healthy', null, [], true),
  row('cannot-diagnose', null, [], true),
] as const;

/** Code of a verdict. */
export type VerdictCode = (typeof table)[number]['code'];

export const VERDICTS: readonly VerdictDefinition[] = table;

const byCode = new Map(VERDICTS.map((definition) => [definition.code, definition]));

/** The definition of a verdict. */
export function verdictDefinition(code: VerdictCode): VerdictDefinition {
  const found = byCode.get(code);
  if (found === undefined) throw new Error(`No verdict is called ${code}`);
  return found;
}
