/** Verdicts on the KMS hosts that a client is led to: the one assigned by hand, or the targets of the record. */
import { formatEndpoint } from '@shared/names';
import * as messages from '../../admin-instructions/messages';
import { every, some } from '../../facts/outstanding';
import { aboutAssigned, aboutTarget, aboutTargetHost } from '../about';
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

/** A condition on how far the targets with an address were reached; how far those left out would be is not known. */
function reached(
  holds: (reaches: readonly Assessment['assignedReach'][]) => RuleResult,
): VerdictRule['evaluate'] {
  return ({ situation, targets }) => {
    const reaches = targets.filter(({ probes }) => probes.length > 0).map(({ reach }) => reach);
    if (reaches.length === 0) return 'no';
    return holds(situation.targetsLeftOut > 0 ? [...reaches, 'unread'] : reaches);
  };
}

const assignedHost = ofAssigned(({ host }) => host);
const assignedEndpoint = ofAssigned(({ host, port }) => formatEndpoint(host, port));
const isNowhere = ({ presence }: Assessment['targets'][number]) => presence === 'absent';
const filtered = reachedAs('filtered');
const refused = reachedAs('refused');
const notKms = reachedAs('not-kms');

export const hostInUseRules = {
  'assigned-host-unresolvable': {
    scope: CLIENT,
    evaluate: assigned((view) => holdsIf(view.assignedPresence === 'absent')),
    because: ['assigned-host-resolves'],
    procedure: 'assign-kms-host',
    fixes: ['return-to-auto-discovery', 'assign-kms-host'],
    about: aboutAssigned,
    say: { title: { host: assignedHost }, summary: { host: assignedHost } },
  },
  'assigned-host-unreachable': {
    scope: CLIENT,
    evaluate: assigned((view) =>
      holdsIf(view.assignedReach === 'refused' || view.assignedReach === 'filtered'),
    ),
    because: ['assigned-host-answers'],
    procedure: 'find-routing-issue',
    fixes: ['return-to-auto-discovery', 'assign-kms-host', 'test-routing'],
    about: aboutAssigned,
    message: messages.assignedHostUnreachable,
    say: {
      title: { endpoint: assignedEndpoint },
      summary: { host: assignedHost, port: ofAssigned(({ port }) => port) },
    },
  },
  'assigned-host-not-kms': {
    scope: CLIENT,
    evaluate: assigned((view) => holdsIf(view.assignedReach === 'not-kms')),
    because: ['assigned-host-answers'],
    procedure: 'assign-kms-host',
    fixes: ['return-to-auto-discovery', 'assign-kms-host'],
    about: aboutAssigned,
    say: { title: { endpoint: assignedEndpoint }, summary: { endpoint: assignedEndpoint } },
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
    about: aboutTargetHost,
    message: messages.srvTargetUnresolvable,
    say: { title: { hosts: hosts(isNowhere) }, summary: { hosts: hosts(isNowhere) } },
  },
  'kms-port-filtered': {
    scope: PATH,
    evaluate: reached((reaches) => {
      if (reaches.some((reach) => reach === 'kms' || reach === 'not-kms')) return 'no';
      if (!reaches.includes('filtered')) return reaches.includes('unread') ? 'open' : 'no';
      return certainIf(!reaches.includes('unread'));
    }),
    because: ['kms-port-reachable'],
    procedure: 'find-routing-issue',
    fixes: ['test-routing', 'open-kms-firewall'],
    about: aboutTarget,
    message: messages.kmsPortFiltered,
    summary: ({ situation: { outboundBlocked } }) => {
      if (!outboundBlocked.ok) return 'summaryRulesUnread';
      return outboundBlocked.value ? 'summaryOwnFirewall' : 'summary';
    },
    say: {
      title: { hosts: hosts(filtered) },
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
    about: aboutTarget,
    message: messages.kmsServiceNotListening,
    say: { title: { hosts: hosts(refused) }, summary: { endpoints: endpoints(refused) } },
  },
  'not-a-kms-host': {
    scope: PATH,
    evaluate: reached((reaches) => {
      if (reaches.includes('kms')) return 'no';
      if (!reaches.includes('not-kms')) return reaches.includes('unread') ? 'open' : 'no';
      return certainIf(!reaches.includes('unread'));
    }),
    because: ['kms-service-answers'],
    procedure: 'check-dns-configuration',
    fixes: ['create-srv-record', 'assign-kms-host'],
    about: aboutTarget,
    message: messages.notAKmsHost,
    say: { title: { hosts: hosts(notKms) }, summary: { endpoints: endpoints(notKms) } },
  },
} satisfies Partial<VerdictRules>;
