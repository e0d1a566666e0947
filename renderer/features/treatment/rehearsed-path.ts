/** Computes how far the path to the KMS host leads according to a rehearsal. */
import type { VerdictCode } from '@shared/catalog';
import { stageState, type NodeState, type Route, type RouteStageId } from '@shared/route';
import type { TreatmentView } from '@shared/treatment';

/** The stage at which the path ends for each verdict about it. With any other verdict it leads to the KMS service. */
const ENDS_AT: Readonly<Partial<Record<VerdictCode, RouteStageId>>> = {
  'dns-server-not-configured': 'dns',
  'dns-server-unreachable': 'dns',
  'dns-server-failing': 'dns',
  'domain-unknown-to-dns': 'srv',
  'no-dns-suffix': 'srv',
  'srv-record-missing': 'srv',
  'srv-record-in-other-domain': 'srv',
  'srv-record-bare-name': 'srv',
  'dns-servers-disagree': 'srv',
  'client-resolver-disagrees': 'srv',
  'assigned-host-unresolvable': 'host',
  'srv-target-unresolvable': 'host',
  'assigned-host-unreachable': 'port',
  'kms-port-filtered': 'port',
  'kms-service-not-listening': 'port',
  'assigned-host-is-this-pc': 'kms',
  'assigned-host-not-kms': 'kms',
  'not-a-kms-host': 'kms',
};

/** Whether a verdict is about DNS or the path, so that another KMS host may help. */
export const isPathVerdict = (code: VerdictCode): boolean => code in ENDS_AT;

/** Whether the steps lead to an assigned host that Windows uses instead of DNS. */
function assigns({ steps }: TreatmentView): boolean {
  const last = steps.findLast(
    ({ fix }) => fix === 'assign-kms-host' || fix === 'return-to-auto-discovery',
  );
  return last?.fix === 'assign-kms-host';
}

/**
 * Returns the states of the path's stages after a treatment, as rehearsed.
 *
 * @param now the path as found; stages that no step affects stay as they are
 */
export function rehearsedPath(treatment: TreatmentView, now: Route): NodeState[] {
  const { code } = treatment.ends;
  const end = now.columns.findIndex(({ id }) => id === ENDS_AT[code]);
  return now.columns.map((column, index) => {
    const found = stageState(column);
    if (code === 'cannot-diagnose') return column.id === 'pc' ? found : 'unknown';
    if (column.id === 'pc') return found;
    // An assigned host leaves the state of DNS unchanged.
    if (column.id === 'dns' && assigns(treatment)) return found;
    if (end === index) return 'fail';
    if (end !== -1 && index > end) return 'not-reached';
    return found === 'warn' ? 'warn' : 'pass';
  });
}
