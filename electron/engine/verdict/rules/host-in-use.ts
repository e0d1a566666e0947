/** Verdicts on the KMS hosts that a client is led to: the one assigned by hand, or the targets of the record. */
import { formatEndpoint } from '@shared/names';
import { either, every, some } from '../../facts/outstanding';
import { fellSilent } from '../../facts/fact-snapshot';
import type { Assessment } from '../assessment';
import { endpoints, hosts, ofAssigned, reachedAs } from '../parameters';
import {
  certainIf,
  CLIENT,
  holdsIf,
  PATH,
  type RuleResult,
  type VerdictRule,
  type VerdictRules,
} from '../rule';

/** A condition on the host assigned by hand. */
function assigned(holds: (view: Assessment) => RuleResult): VerdictRule['evaluate'] {
  return (view) => {
    if (!view.assignmentRead) return 'open';
    if (view.assignment === null) return 'no';
    const holding = holds(view);
    if (holding !== 'no') return holding;
    return view.assignedPresence === 'unread' ||
      (view.assignedPresence === 'found' && view.assignedReach === 'unread')
      ? 'open'
      : 'no';
  };
}

/**
 * A condition on how far the targets with an address were reached; how far those left out would be is not known. One
 * to which no route leads is left out where another one was tried.
 */
function reached(
  holds: (reaches: readonly Assessment['assignedReach'][], view: Assessment) => RuleResult,
): VerdictRule['evaluate'] {
  return (view) => {
    const tried = view.targets.filter(({ probes }) => probes.length > 0);
    const reaches = tried.map(({ reach }) => reach);
    if (reaches.length === 0) return 'no';
    const onRoute = reaches.filter((reach) => reach !== 'no-route');
    const counting = onRoute.length > 0 ? onRoute : reaches;
    const isOpen = either(
      () => view.situation.targetsLeftOut > 0,
      () => some(tried, ({ probes }) => some(probes, ({ connected }) => !connected.ok)),
    );
    return holds(isOpen ? [...counting, 'unread'] : counting, view);
  };
}

const assignedHost = ofAssigned(({ host }) => host);
const assignedEndpoint = ofAssigned(({ host, port }) => formatEndpoint(host, port));
const assignedParts = { host: assignedHost, port: ofAssigned(({ port }) => port) };
const isNowhere = ({ presence }: Assessment['targets'][number]) => presence === 'absent';
const assignedFellSilent = ({ situation: { assignedTarget } }: Assessment): boolean =>
  assignedTarget !== null && fellSilent(assignedTarget);
const filtered = reachedAs('filtered');
const withoutRoute = reachedAs('no-route');
const isWithoutRoute = ({ targets }: Assessment): boolean => !some(targets, filtered);
const refused = reachedAs('refused');
const notKms = reachedAs('not-kms');
const someFellSilent = ({ targets }: Assessment): boolean => some(targets, fellSilent);

export const hostInUseRules = {
  'assigned-host-unresolvable': {
    scope: CLIENT,
    evaluate: assigned((view) => holdsIf(view.assignedPresence === 'absent')),
    because: ['assigned-host-resolves'],
    procedure: 'assign-kms-host',
    fixes: ['return-to-auto-discovery', 'assign-kms-host'],
    say: { title: { host: assignedHost }, summary: { host: assignedHost } },
  },
  'assigned-host-unreachable': {
    scope: CLIENT,
    evaluate: assigned((view) =>
      holdsIf(['refused', 'filtered', 'no-route'].includes(view.assignedReach)),
    ),
    because: ['assigned-host-answers'],
    procedure: 'find-routing-issue',
    fixes: ['return-to-auto-discovery', 'test-routing', 'assign-kms-host'],
    summary: ({ assignedReach }) => (assignedReach === 'no-route' ? 'summaryNoRoute' : 'summary'),
    say: {
      title: { endpoint: assignedEndpoint },
      summary: assignedParts,
      summaryNoRoute: assignedParts,
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
    summary: (view) => (assignedFellSilent(view) ? 'summarySilent' : 'summary'),
    say: {
      title: { endpoint: assignedEndpoint },
      summary: { endpoint: assignedEndpoint },
      summarySilent: { endpoint: assignedEndpoint },
    },
  },
  'srv-target-unresolvable': {
    scope: PATH,
    evaluate: ({ situation, targets }) => {
      if (targets.length === 0) return 'no';
      if (some(targets, ({ presence }) => presence === 'found')) return 'no';
      if (!some(targets, isNowhere)) return 'open';
      const all = situation.targetsLeftOut === 0;
      return certainIf(all && every(targets, isNowhere));
    },
    because: ['srv-target-addresses'],
    procedure: 'check-dns-configuration',
    fixes: ['assign-kms-host', 'create-srv-record'],
    say: { title: { hosts: hosts(isNowhere) }, summary: { hosts: hosts(isNowhere) } },
  },
  'kms-port-filtered': {
    scope: PATH,
    evaluate: reached((reaches) => {
      if (reaches.some((reach) => reach === 'kms' || reach === 'not-kms')) return 'no';
      if (!reaches.includes('filtered') && !reaches.includes('no-route')) {
        return reaches.includes('unread') ? 'open' : 'no';
      }
      return certainIf(!reaches.includes('unread'));
    }),
    because: ['kms-port-reachable'],
    procedure: 'find-routing-issue',
    fixes: ['test-routing', 'open-kms-firewall'],
    offers: (fix, view) => fix !== 'open-kms-firewall' || !isWithoutRoute(view),
    title: (view) => (isWithoutRoute(view) ? 'titleNoRoute' : 'title'),
    summary: (view) => {
      if (isWithoutRoute(view)) return 'summaryNoRoute';
      const { outboundBlocked } = view.situation;
      if (!outboundBlocked.ok) return 'summaryRulesUnread';
      return outboundBlocked.value ? 'summaryOwnFirewall' : 'summary';
    },
    say: {
      title: { hosts: hosts(filtered) },
      titleNoRoute: { hosts: hosts(withoutRoute) },
      summaryNoRoute: { endpoints: endpoints(withoutRoute) },
      summary: { endpoints: endpoints(filtered) },
      summaryOwnFirewall: { endpoints: endpoints(filtered) },
      summaryRulesUnread: { endpoints: endpoints(filtered) },
    },
  },
  'kms-service-not-listening': {
    scope: PATH,
    evaluate: reached((reaches) => {
      if (reaches.some((reach) => reach !== 'refused' && reach !== 'unread')) return 'no';
      if (!reaches.includes('refused')) return 'open';
      return certainIf(!reaches.includes('unread'));
    }),
    because: ['kms-port-reachable'],
    procedure: 'find-routing-issue',
    fixes: ['restart-licensing-service', 'test-routing'],
    say: { title: { hosts: hosts(refused) }, summary: { endpoints: endpoints(refused) } },
  },
  'not-a-kms-host': {
    scope: PATH,
    evaluate: reached((reaches, view) => {
      if (reaches.includes('kms')) return 'no';
      if (!reaches.includes('not-kms')) return reaches.includes('unread') ? 'open' : 'no';
      return certainIf(!reaches.includes('unread') && !someFellSilent(view));
    }),
    because: ['kms-service-answers'],
    procedure: 'check-dns-configuration',
    fixes: ['test-routing', 'create-srv-record', 'assign-kms-host'],
    offers: (fix, view) => fix !== 'test-routing' || someFellSilent(view),
    summary: (view) => (someFellSilent(view) ? 'summarySilent' : 'summary'),
    say: {
      title: { hosts: hosts(notKms) },
      summary: { endpoints: endpoints(notKms) },
      summarySilent: { endpoints: endpoints(notKms) },
    },
  },
} satisfies Partial<VerdictRules>;
