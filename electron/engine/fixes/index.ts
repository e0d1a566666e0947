/** Every fix: one planner each, found by its id. */
import { fixDefinition, type FixId } from '@shared/catalogue';
import { parseFixParameters, showParameters, type ShownParameters } from '@shared/fix-parameters';
import type { Secrets } from '../changes/change';
import { readStates } from '../changes/state';
import { Unreadable } from '../computer';
import type { Facts } from '../facts/facts';
import type { FactSnapshot } from '../facts/fact-snapshot';
import { assess, type Assessment } from '../verdict/assessment';
import { activateByPhone } from './activate-by-phone';
import { activateNow } from './activate-now';
import { addDnsSuffix } from './add-dns-suffix';
import { allowKmsActivation } from './allow-kms-activation';
import { assignKmsHost } from './assign-kms-host';
import { createSrvRecord } from './create-srv-record';
import { flushDnsCache } from './flush-dns-cache';
import { installKmsHostKey } from './install-kms-host-key';
import { installMak } from './install-mak';
import { openKmsFirewall } from './open-kms-firewall';
import {
  digestOf,
  isRefusal,
  notApplicable,
  type AppliedFix,
  type Fix,
  type GivenParameters,
  type Plan,
  type PlanRefusal,
} from './plan';
import { restartLicensingService } from './restart-licensing-service';
import { returnToAutoDiscovery } from './return-to-auto-discovery';
import { returnToKms } from './return-to-kms';
import { setDnsPublishing } from './set-dns-publishing';
import { setDnsServers } from './set-dns-servers';
import { setLookupDomain } from './set-lookup-domain';
import { setPublishList } from './set-publish-list';
import { syncClock } from './sync-clock';
import { testRouting } from './test-routing';

const FIXES: { readonly [F in FixId]: Fix<F> } = {
  'install-mak': installMak,
  'return-to-kms': returnToKms,
  'install-kms-host-key': installKmsHostKey,
  'open-kms-firewall': openKmsFirewall,
  'set-dns-publishing': setDnsPublishing,
  'test-routing': testRouting,
  'flush-dns-cache': flushDnsCache,
  'set-dns-servers': setDnsServers,
  'add-dns-suffix': addDnsSuffix,
  'create-srv-record': createSrvRecord,
  'assign-kms-host': assignKmsHost,
  'return-to-auto-discovery': returnToAutoDiscovery,
  'set-lookup-domain': setLookupDomain,
  'set-publish-list': setPublishList,
  'restart-licensing-service': restartLicensingService,
  'activate-now': activateNow,
  'allow-kms-activation': allowKmsActivation,
  'activate-by-phone': activateByPhone,
  'sync-clock': syncClock,
};

/** The planner of a fix. */
export function fixOf(id: FixId): Fix {
  // A fix is only ever given its own parameters, which no type can say of a union.
  return FIXES[id];
}

/** What comes of planning. */
export type PlanResult =
  | {
      readonly ok: true;
      readonly plan: Plan;
      /** Goes to the executor and nowhere else. */
      readonly secrets: Secrets;
      /** See {@link Fix.afterApply}. */
      readonly afterApply: (
        ending: Omit<AppliedFix, 'values'>,
      ) => ReturnType<NonNullable<Fix['afterApply']>>;
    }
  | { readonly ok: false; readonly refusal: PlanRefusal };

/**
 * Plans a fix. Asks, but changes nothing.
 *
 * @param raw the parameters as they come from a form or a command line
 * @param facts of now: the former values in the plan are read through them
 */
export async function planFix(
  fix: FixId,
  raw: Readonly<Record<string, unknown>>,
  situation: FactSnapshot,
  facts: Facts,
): Promise<PlanResult> {
  const view = assess(situation);
  const refusal = refusalOf(fix, view, () => raw);
  if (refusal !== null) return { ok: false, refusal };
  const parsed = parseFixParameters(fix, raw);
  if (!parsed.ok) {
    const messages = parsed.problems.map((problem) => ({
      ...problem,
      message: [problem.message],
    }));
    return { ok: false, refusal: { problem: 'parameters', messages } };
  }
  const { values } = parsed;
  const planner = fixOf(fix);
  try {
    const draft = await planner.plan({ values, view, facts });
    if (isRefusal(draft)) return { ok: false, refusal: draft };
    const { changes, handover = null, warnings = [], secrets = {} } = draft;
    const parameters: ShownParameters = showParameters(values);
    const before = await readStates(facts, changes);
    const digest = digestOf({ fix, parameters, changes, before });
    return {
      ok: true,
      plan: { fix, parameters, changes, before, handover, warnings, digest },
      secrets,
      afterApply: (ending) => planner.afterApply?.({ ...ending, values }) ?? Promise.resolve([]),
    };
  } catch (error) {
    // What was there before could not be written down, so there would be no way back.
    if (!(error instanceof Unreadable)) throw error;
    const unread = notApplicable(
      { key: 'fixes.notHere.unread' },
      { key: `reasons.${error.reason}` },
    );
    return { ok: false, refusal: unread };
  }
}

/**
 * Why a fix makes no sense here; null where it does.
 *
 * @param given works out its parameters; those that the facts suggest where nobody has given any
 */
export function refusalOf(
  fix: FixId,
  view: Assessment,
  given: () => GivenParameters = () => fixOf(fix).initial?.(view) ?? {},
): PlanRefusal | null {
  return needsWindows(fix, view) ?? fixOf(fix).refusesHere?.(view, given) ?? null;
}

/** Why a fix cannot be had where there is no Windows to change; null where it can. */
export function needsWindows(fix: FixId, { windows }: Assessment): PlanRefusal | null {
  return windows || fixDefinition(fix).withoutWindows === true
    ? null
    : notApplicable({ key: 'fixes.notHere.needsWindows' });
}
