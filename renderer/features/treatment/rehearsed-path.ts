/** How far a rehearsal says that the way to the KMS host leads. */
import type { VerdictCode } from '@shared/catalogue';
import { stageState, type NodeState, type Route, type RouteStageId } from '@shared/route';
import type { TreatmentView } from '@shared/treatment';

/** Where the way ends under a verdict about it; under any other it leads to the KMS service. */
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

/** Whether a verdict is about DNS or the way, so that another KMS host may help. */
export const isAboutThePath = (code: VerdictCode): boolean => code in ENDS_AT;

/** Whether Windows asks the assigned host once the steps are done, and no longer looks in DNS; null: as before. */
function assigns({ steps }: TreatmentView): boolean | null {
  const last = steps.findLast(
    ({ fix }) => fix === 'assign-kms-host' || fix === 'return-to-auto-discovery',
  );
  return last === undefined ? null : last.fix === 'assign-kms-host';
}

/**
 * The lights of the way's stations once a treatment is done, as they were rehearsed.
 *
 * @param now the way as it was found; what no step touches stays as it is
 */
export function rehearsedPath(treatment: TreatmentView, now: Route): NodeState[] {
  const { code } = treatment.ends;
  const end = now.columns.findIndex(({ id }) => id === ENDS_AT[code]);
  return now.columns.map((column, index) => {
    const found = stageState(column);
    if (code === 'cannot-diagnose') return column.id === 'pc' ? found : 'unknown';
    if (column.id === 'pc') return found;
    // DNS stays as it is where a host is assigned.
    if (column.id === 'dns' && assigns(treatment) === true) return found;
    if (end === index) return 'fail';
    if (end !== -1 && index > end) return 'not-reached';
    return found === 'warn' ? 'warn' : 'pass';
  });
}
