/**
 * What a verdict's sentences are filled in with, and which sentence it is where a row has several.
 */
import type { VerdictCode } from '@shared/catalogue';
import { formatErrorCode } from '@shared/error-codes';
import { formatEndpoint, kmsRecordName } from '@shared/names';
import { serverName } from './checks/finding';
import type { DnsServer } from './computer';
import { allAnswers, anyServerAnswers, isDefinite } from './situation';
import { daysLeft, isClockOff, type JudgedTarget, type View } from './view';

/** Names of the sentences under `verdicts.<code>` and what fills them in. */
export interface VerdictWords {
  readonly title: 'title';
  readonly summary: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/** The words of a verdict on a view. */
export function wordsOf(code: VerdictCode, view: View): VerdictWords {
  return { title: 'title', summary: summaryOf(code, view), params: paramsOf(code, view) };
}

function summaryOf(code: VerdictCode, view: View): string {
  switch (code) {
    case 'licensing-service-unavailable': {
      const { sppsvc } = view.situation;
      if (!sppsvc.read) return 'summary';
      if (sppsvc.value === null) return 'summaryGone';
      return sppsvc.value.start === 'disabled' ? 'summaryDisabled' : 'summary';
    }
    case 'clock-skew':
      return isClockOff(view) ? 'summary' : 'summaryReported';
    case 'srv-record-in-other-domain':
      return view.others.some(
        ({ domain, presence }) =>
          presence === 'found' &&
          domain !== null &&
          view.domains.hiddenByLookupDomain.includes(domain),
      )
        ? 'summaryHidden'
        : 'summary';
    case 'kms-port-filtered':
      if (!view.situation.outboundBlocked.read) return 'summaryRulesUnread';
      return view.situation.outboundBlocked.value ? 'summaryOwnFirewall' : 'summary';
    case 'kms-host-cannot-activate-this-product':
      return view.lastError === 0xc004f06b ? 'summaryVirtual' : 'summary';
    case 'kms-host-not-activated':
    case 'kms-count-too-low':
      return view.role === 'kms-host' ? 'summaryHere' : 'summary';
    case 'kms-firewall-closed':
      return view.situation.firewallRule.read && view.situation.firewallRule.value === false
        ? 'summary'
        : 'summaryNotListening';
    case 'healthy':
      if (!view.windows) return 'summaryNetwork';
      if (view.role === 'kms-host') return 'summaryHost';
      if (view.role !== 'kms-client') return 'summaryOther';
      return view.activatedOtherwise ? 'summaryDirectory' : 'summary';
    case 'cannot-diagnose':
      return view.licenceRead || !view.windows
        ? 'summary'
        : view.wayIsGood
          ? 'summaryLicenceUnread'
          : 'summary';
    default:
      return 'summary';
  }
}

function paramsOf(code: VerdictCode, view: View): Record<string, string | number> {
  const { situation, assignment, licence } = view;
  const servers = serversFor(code, view);
  const candidates = view.domains.candidates;
  const foundElsewhere = view.others.filter(({ presence }) => presence === 'found');
  const clock = situation.clock.read ? situation.clock.value : null;
  const missing = view.ownRecords.filter(({ presence }) => presence === 'absent');
  const failing = targetsFor(code, view);
  return {
    computer: situation.system.read ? situation.system.value.name : '',
    domain: candidates[0] ?? '',
    domains: list(candidates),
    record: kmsRecordName(candidates[0] ?? null),
    server: list(servers.slice(0, 1).map(serverName)),
    servers: list(servers.map(serverName)),
    otherDomain: foundElsewhere[0]?.domain ?? '',
    lookupDomain: view.domains.lookupDomain ?? '',
    host: assignment === null ? (failing[0]?.host ?? '') : assignment.host,
    hosts: list(failing.map(({ host }) => host)),
    endpoint:
      assignment === null
        ? failing[0] === undefined
          ? ''
          : formatEndpoint(failing[0].host, failing[0].port)
        : formatEndpoint(assignment.host, assignment.port),
    endpoints: list(failing.map(({ host, port }) => formatEndpoint(host, port))),
    port: assignment?.port ?? failing[0]?.port ?? 1688,
    key: licence?.partialProductKey ?? '',
    channel: licence?.channel.token ?? '',
    edition: licence?.edition ?? '',
    error: view.lastError === null ? '' : formatErrorCode(view.lastError),
    hours: Math.floor(Math.abs(clock?.minutes ?? 0) / 60),
    minutes: Math.round(Math.abs(clock?.minutes ?? 0)) % 60,
    source: clock?.source ?? '',
    count: view.count ?? 0,
    missingDomains: list(missing.map(({ domain }) => domain)),
    days: daysLeft(licence) ?? 0,
  };
}

/** The DNS servers that a verdict speaks of: those that said what it is about, if there are any. */
function serversFor(code: VerdictCode, { situation }: View): readonly DnsServer[] {
  const configured = situation.servers.read ? situation.servers.value : [];
  const answers = allAnswers(situation).filter(({ answer }) => {
    switch (code) {
      case 'dns-server-failing':
        return answer.outcome === 'answered';
      case 'client-resolver-disagrees':
        return answer.outcome === 'answered' && answer.answers.length > 0;
      default:
        return isDefinite(answer);
    }
  });
  const speaking = new Set(answers.map(({ server }) => serverName(server)));
  const those = configured.filter((server) => speaking.has(serverName(server)));
  return those.length > 0 ? those : configured;
}

/** The targets that a verdict speaks of. */
function targetsFor(code: VerdictCode, view: View): readonly JudgedTarget[] {
  switch (code) {
    case 'srv-target-unresolvable':
      return view.targets.filter(({ presence }) => presence === 'absent');
    case 'kms-port-filtered':
      return view.targets.filter(({ reach }) => reach === 'filtered');
    case 'kms-service-not-listening':
      return view.targets.filter(({ reach }) => reach === 'refused');
    case 'not-a-kms-host':
      return view.targets.filter(({ reach }) => reach === 'not-kms');
    case 'client-resolver-disagrees':
      return anyServerAnswers(view.situation) ? view.targets : [];
    default:
      return view.targets.filter(({ reach }) => reach === 'kms');
  }
}

function list(items: readonly string[]): string {
  const shown = items.slice(0, 4).join(', ');
  return items.length > 4 ? `${shown}, … (${items.length})` : shown;
}
