/** Verdicts on the KMS hosts that a client uses: the manually assigned one, or the targets of the record. */
import { KMS_PORT } from '@shared/kms';
import { isKmsHost, type Reachability } from '@shared/kms-path';
import { joinShort, message } from '@shared/message';
import { formatEndpoint, isHostName, isLoopback } from '@shared/names';
import { recordToReplace, srvTargetUnresolvable } from '../../admin-instructions/dns-messages';
import * as messages from '../../admin-instructions/messages';
import { joinEndpoints, joinHosts } from '../../checks/finding';
import { either, every, some } from '../../facts/outstanding';
import { valueOr, type Target } from '../../facts/fact-types';
import {
  addressesByWindows,
  addressesGiven,
  answersAtStandardPort,
  connectedButSilent,
  isDeniedForBothFamilies,
  wasQueried,
} from '../../facts/answers';
import { missingIpVersion } from '../ip-versions';
import { aboutAssigned, aboutTarget, aboutTargetHost } from '../about';
import { anyHasRecord, type AssessedTarget, type Assessment } from '../assessment';
import { ownNames } from '../own-records';
import { cloudNote, endpoints, hosts, ofAssigned, withReachability } from '../parameters';
import {
  certainIf,
  certainOnlyIf,
  CLIENT,
  holdsIf,
  PATH,
  type RuleResult,
  type VerdictRule,
  type VerdictRules,
} from '../rule';

/** Creates a condition on the assigned host; likely at most if one of its addresses couldn't be fully probed. */
function assigned(holds: (view: Assessment) => RuleResult): VerdictRule['evaluate'] {
  return (view) => {
    if (!view.assignmentRead) return 'open';
    if (view.assignment === null) return 'no';
    const holding = holds(view);
    const { assignedTarget } = view.snapshot;
    if (holding === 'certain') return certainIf(!assignedTarget || !isPartlyUnread(assignedTarget));
    if (holding !== 'no') return holding;
    return view.assignedPresence === 'unread' ||
      (view.assignedPresence === 'found' && view.assignedReach === 'unread')
      ? 'open'
      : 'no';
  };
}

/**
 * Creates a condition on how far the targets with an address were reached. Targets that were left out count as
 * `unread`. Targets without a route are ignored if another one was probed.
 *
 * @param shown results that show it
 * @param refuting results that rule it out, even if another target shows it
 * @param isDoubtful whether it's likely at most
 */
function reached(
  shown: readonly Reachability[],
  refuting: readonly Reachability[],
  isDoubtful: (view: Assessment) => boolean = () => false,
): VerdictRule['evaluate'] {
  return (view) => {
    const tried = view.targets.filter(({ probes }) => probes.length > 0);
    const reaches = tried.map(({ reach }) => reach);
    if (reaches.length === 0) return 'no';
    const onRoute = reaches.filter((reach) => reach !== 'no-route');
    const counting = onRoute.length > 0 ? onRoute : reaches;
    const isOpen = either(
      () => view.snapshot.targetsLeftOut > 0,
      () => some(view.targets, isPartlyUnread),
      () => some(view.targets, ({ presence }) => presence === 'unread'),
    );
    const ends: readonly Reachability[] = isOpen ? [...counting, 'unread'] : counting;
    const isAny = (...those: readonly Reachability[]): boolean =>
      ends.some((reach) => those.includes(reach));
    if (isAny(...refuting)) return 'no';
    if (!isAny(...shown)) return isAny('unread') ? 'open' : 'no';
    return asFirm(certainIf(!isAny('unread') && !isDoubtful(view)), view);
  };
}

/**
 * Whether a host may have been reached further than observed: an address couldn't be fully probed, or a server's answer
 * to an address query couldn't be read.
 */
const isPartlyUnread = ({ probes, lookups }: Target): boolean =>
  either(
    () => some(probes, ({ connected, answered }) => !connected.ok || !answered.ok),
    () =>
      some(lookups, ({ servers }) =>
        some(servers, ({ a, aaaa }) => !wasQueried(a) || !wasQueried(aaaa)),
      ),
  );

/** Lowers a certain result to likely if Windows may use other targets, from an earlier or a later domain. */
const asFirm = (holding: RuleResult, view: Assessment): RuleResult =>
  certainOnlyIf(holding, () => !view.earlierDomainUnread && !some(view.laterTargets, mayServe));

/** Whether a host answers as a KMS service, or couldn't be probed. */
const mayServe = ({ reach, presence }: Assessment['targets'][number]): boolean =>
  reach === 'kms' || (reach === 'unread' && presence !== 'absent');

const laterKmsHosts = ({ laterTargets }: Assessment) => laterTargets.filter(isKmsHost);

/**
 * Returns a note that hosts of later domains answer, which Windows doesn't use, or else that a target is a cloud's
 * host.
 */
const targetsNote: VerdictRule['note'] = (view) => {
  const later = laterKmsHosts(view).map(({ host }) => host);
  return later.length === 0
    ? cloudNote(view.targets.map(({ host }) => host))
    : message('verdicts.laterHosts', { hosts: joinShort(later) });
};

const assignedNote =
  (lacks: Parameters<typeof cloudNote>[1]): VerdictRule['note'] =>
  ({ assignment }) =>
    assignment === null ? null : cloudNote([assignment.host], lacks);

/** Whether the assigned host is this PC itself; null if that couldn't be read. */
function isThisPc(view: Assessment): boolean | null {
  const { assignment, snapshot } = view;
  if (assignment === null) return false;
  const { host } = assignment;
  if (host === 'localhost' || isLoopback(host)) return true;
  const { adapters, system, assignedTarget } = snapshot;
  if (!adapters.ok) return null;
  const own = new Set(adapters.value.flatMap(({ addresses }) => addresses));
  const isOwn = (address: string): boolean => own.has(address) || isLoopback(address);
  if (assignment.isAddress) return isOwn(host);
  if (!system.ok) return null;
  if (ownNames(system.value.name, view.domains).has(host)) return true;
  const addresses = assignedTarget === null ? [] : addressesGiven(assignedTarget);
  return addresses.length > 0 && addresses.every(isOwn);
}

/** Whether the assigned host is a valid name. An invalid one is never queried. */
const isAssignedName = ({ assignment }: Assessment): boolean =>
  assignment !== null && isHostName(assignment.host);

/** Offers automatic discovery only if a candidate domain has the record that it would find. */
const offersDiscovery: VerdictRule['offers'] = (fix, view) =>
  fix !== 'return-to-auto-discovery' || anyHasRecord(view.candidates);

const assignedHost = ofAssigned(({ host }) => host);
const assignedEndpoint = ofAssigned(({ host, port }) => formatEndpoint(host, port));
const isNowhere = ({ presence }: Assessment['targets'][number]) => presence === 'absent';
const assignedFellSilent = ({ snapshot: { assignedTarget } }: Assessment): boolean =>
  assignedTarget !== null && connectedButSilent(assignedTarget);
const filtered = withReachability('filtered');
const withoutRoute = withReachability('no-route');
const isWithoutRoute = ({ targets }: Assessment): boolean => !some(targets, filtered);
/** The targets that no connection gets to, chosen as the title and the summary are: by {@link isWithoutRoute}. */
const unreached = (view: Assessment) =>
  view.targets.filter(isWithoutRoute(view) ? withoutRoute : filtered);
const lackedByTargets = (view: Assessment) => missingIpVersion(unreached(view), view);
const lackedByAssigned = (view: Assessment) => {
  const { assignedTarget } = view.snapshot;
  return assignedTarget && missingIpVersion([assignedTarget], view);
};
const addressesWindowsHas = ({ targets }: Assessment) => targets.flatMap(addressesByWindows);
const allAddressesGiven = ({ targets }: Assessment) => targets.flatMap(addressesGiven);
const refused = withReachability('refused');
const notKms = withReachability('not-kms');
/**
 * Source of the outbound rules in this PC's firewall that block its KMS host; null if it isn't blocked or wasn't read.
 */
const ownBlock = ({ snapshot: { outboundBlocked } }: Assessment) => valueOr(outboundBlocked, null);

/**
 * Selects the summary for hosts without a route.
 *
 * @param lacked the IP version that only they have; null if none
 */
const summaryWithoutRoute = (lacked: ReturnType<typeof missingIpVersion>) =>
  lacked === null ? 'summaryNoRoute' : 'summaryOtherVersion';

/** Selects the summary for hosts whose connections are dropped, perhaps by this PC's own firewall. */
function summaryOfBlock(view: Assessment) {
  const block = ownBlock(view);
  if (block === null) return 'summary';
  return block === 'this-pc' ? 'summaryOwnFirewall' : 'summaryPolicyFirewall';
}

const someFellSilent = ({ targets }: Assessment): boolean => some(targets, connectedButSilent);

/**
 * The target that refuses the port of its record and answers as a KMS service at the default port; null if none does.
 */
const wrongPort = ({ targets }: Assessment): AssessedTarget | null =>
  targets.find((target) => target.reach === 'refused' && answersAtStandardPort(target)) ?? null;

/** Whether the same is true of the assigned host. */
const isAssignedWrongPort = ({ assignedReach, snapshot: { assignedTarget } }: Assessment) =>
  assignedReach === 'refused' && assignedTarget !== null && answersAtStandardPort(assignedTarget);

/** Whether the only host that the record names is this PC, now a client: a former KMS host. */
function leadsHere({ role, targets: [only, ...others], snapshot: { adapters } }: Assessment) {
  if (role !== 'kms-client' || only === undefined || others.length > 0) return false;
  const own = valueOr(adapters, []).flatMap(({ addresses }) => addresses);
  return only.probes.length > 0 && only.probes.every(({ address }) => own.includes(address));
}

export const hostInUseRules = {
  'assigned-host-is-this-pc': {
    scope: CLIENT,
    evaluate: (view) => {
      if (!view.assignmentRead) return 'open';
      const isOwn = isThisPc(view);
      return isOwn === null ? 'open' : holdsIf(isOwn);
    },
    because: ['assigned-host-form'],
    procedure: 'assign-kms-host',
    fixes: ['return-to-auto-discovery', 'assign-kms-host'],
    about: aboutAssigned,
    say: { host: assignedHost },
  },
  'assigned-host-unresolvable': {
    scope: CLIENT,
    evaluate: assigned((view) => {
      const { assignedTarget } = view.snapshot;
      if (view.assignedPresence !== 'absent') return 'no';
      return certainIf(assignedTarget !== null && isDeniedForBothFamilies(assignedTarget));
    }),
    because: (view) => [isAssignedName(view) ? 'assigned-host-resolves' : 'assigned-host-form'],
    procedure: 'assign-kms-host',
    fixes: ['return-to-auto-discovery', 'assign-kms-host'],
    offers: offersDiscovery,
    about: aboutAssigned,
    note: assignedNote('cloudHostUnnamed'),
    summary: (view) => (isAssignedName(view) ? 'summary' : 'summaryNoName'),
    say: { host: assignedHost },
  },
  'assigned-host-unreachable': {
    scope: CLIENT,
    evaluate: assigned((view) =>
      holdsIf(['refused', 'filtered', 'no-route'].includes(view.assignedReach)),
    ),
    because: ['assigned-host-answers'],
    procedure: 'find-routing-issue',
    fixes: ['return-to-auto-discovery', 'test-routing', 'assign-kms-host'],
    fixesFor: (view) =>
      isAssignedWrongPort(view) && !anyHasRecord(view.candidates)
        ? ['assign-kms-host', 'test-routing']
        : ['return-to-auto-discovery', 'test-routing', 'assign-kms-host'],
    offers: offersDiscovery,
    about: aboutAssigned,
    note: assignedNote('cloudHost'),
    message: (view) => (isAssignedWrongPort(view) ? null : messages.assignedHostUnreachable(view)),
    summary: (view) => {
      if (isAssignedWrongPort(view)) return 'summaryWrongPort';
      if (view.assignedReach === 'no-route') return summaryWithoutRoute(lackedByAssigned(view));
      return view.assignedReach === 'filtered' ? summaryOfBlock(view) : 'summary';
    },
    say: {
      host: assignedHost,
      port: ofAssigned(({ port }) => port),
      endpoint: assignedEndpoint,
      version: (view) => lackedByAssigned(view) ?? '',
      standardPort: () => KMS_PORT,
    },
  },
  'assigned-host-not-kms': {
    scope: CLIENT,
    evaluate: assigned((view) =>
      view.assignedReach === 'not-kms' ? certainIf(!assignedFellSilent(view)) : 'no',
    ),
    because: ['assigned-host-answers'],
    procedure: 'assign-kms-host',
    fixes: ['return-to-auto-discovery', 'test-routing', 'assign-kms-host'],
    offers: offersDiscovery,
    about: aboutAssigned,
    note: assignedNote('cloudHost'),
    summary: (view) => (assignedFellSilent(view) ? 'summarySilent' : 'summary'),
    say: { endpoint: assignedEndpoint },
  },
  'srv-target-unresolvable': {
    scope: PATH,
    evaluate: (view) => {
      const { snapshot, targets } = view;
      if (targets.length === 0) return 'no';
      if (some(targets, ({ presence }) => presence === 'found')) return 'no';
      if (!some(targets, isNowhere)) return 'open';
      const all = snapshot.targetsLeftOut === 0;
      const none = (one: AssessedTarget) => isNowhere(one) && isDeniedForBothFamilies(one);
      // Windows may reach a host by an address that only its resolver has.
      const isReachable = some(targets, (one) => addressesByWindows(one).length > 0);
      return asFirm(certainIf(all && every(targets, none) && !isReachable), view);
    },
    because: ['srv-target-addresses'],
    procedure: 'check-dns-configuration',
    fixes: ['assign-kms-host', 'create-srv-record'],
    about: aboutTargetHost,
    message: srvTargetUnresolvable,
    note: targetsNote,
    summary: (view) => {
      if (addressesWindowsHas(view).length > 0) return 'summaryByWindows';
      return allAddressesGiven(view).length > 0 ? 'summarySinkhole' : 'summary';
    },
    say: {
      hosts: hosts(isNowhere),
      // Those that the summary was chosen by.
      addresses: (view) => {
        const byWindows = addressesWindowsHas(view);
        return joinShort(byWindows.length > 0 ? byWindows : allAddressesGiven(view));
      },
    },
  },
  'kms-port-filtered': {
    scope: PATH,
    evaluate: reached(['filtered', 'no-route'], ['kms', 'not-kms']),
    because: ['kms-port-reachable'],
    procedure: 'find-routing-issue',
    fixes: ['test-routing', 'open-kms-firewall'],
    note: targetsNote,
    about: aboutTarget,
    message: messages.kmsPortFiltered,
    offers: (fix, view) =>
      fix !== 'open-kms-firewall' || (!isWithoutRoute(view) && ownBlock(view) === null),
    title: (view) => {
      if (isWithoutRoute(view)) return 'titleNoRoute';
      return ownBlock(view) === null ? 'title' : 'titleOwnFirewall';
    },
    summary: (view) => {
      if (isWithoutRoute(view)) return summaryWithoutRoute(lackedByTargets(view));
      return view.snapshot.outboundBlocked.ok ? summaryOfBlock(view) : 'summaryRulesUnread';
    },
    say: {
      hosts: (view) => joinHosts(unreached(view)),
      port: (view) => joinShort(unreached(view).map(({ port }) => String(port))),
      endpoints: (view) => joinEndpoints(unreached(view)),
      version: (view) => lackedByTargets(view) ?? '',
    },
  },
  'kms-service-not-listening': {
    scope: PATH,
    evaluate: reached(['refused'], ['kms', 'not-kms', 'filtered', 'no-route']),
    because: (view) =>
      wrongPort(view) === null ? ['kms-port-reachable'] : ['kms-port-reachable', 'srv-record-form'],
    procedure: 'find-routing-issue',
    fixes: ['create-srv-record', 'restart-licensing-service', 'test-routing'],
    about: aboutTarget,
    message: (view) =>
      leadsHere(view)
        ? recordToReplace(view, refused, 'record-names-client')
        : messages.kmsServiceNotListening(view, wrongPort(view)),
    offers: (fix, view) => {
      if (leadsHere(view)) return fix === 'create-srv-record';
      return fix !== 'create-srv-record' || wrongPort(view) !== null;
    },
    note: targetsNote,
    title: (view) => {
      if (leadsHere(view)) return 'titleThisPc';
      return wrongPort(view) === null ? 'title' : 'titleWrongPort';
    },
    summary: (view) => {
      if (leadsHere(view)) return 'summaryThisPc';
      return wrongPort(view) === null ? 'summary' : 'summaryWrongPort';
    },
    say: {
      hosts: hosts(refused),
      endpoints: endpoints(refused),
      host: (view) => wrongPort(view)?.host ?? '',
      port: (view) => wrongPort(view)?.port ?? '',
      standardPort: () => KMS_PORT,
    },
  },
  'not-a-kms-host': {
    scope: PATH,
    evaluate: reached(['not-kms'], ['kms'], someFellSilent),
    because: ['kms-service-answers'],
    procedure: 'check-dns-configuration',
    fixes: ['test-routing', 'create-srv-record', 'assign-kms-host'],
    note: targetsNote,
    about: aboutTarget,
    message: messages.notAKmsHost,
    offers: (fix, view) => fix !== 'test-routing' || someFellSilent(view),
    summary: (view) => (someFellSilent(view) ? 'summarySilent' : 'summary'),
    say: { hosts: hosts(notKms), endpoints: endpoints(notKms) },
  },
} satisfies Partial<VerdictRules>;
