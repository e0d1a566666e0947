/**
 * What a verdict's sentences are filled in with, and which sentence it is where a row has several.
 */
import type { VerdictCode } from '@shared/catalogue';
import { formatErrorCode } from '@shared/error-codes';
import type { Verdict } from '@shared/diagnosis';
import type { Message } from '@shared/message';
import type { MessageKey } from '@shared/message';
import { formatEndpoint, kmsRecordName, KMS_PORT } from '@shared/names';
import { serverName } from '../checks/finding';
import type { DnsServer } from '../computer';
import { some } from '../facts/outstanding';
import { allAnswers, anyServerAnswers, isDefinite } from '../facts/fact-snapshot';
import { isClockOff, type AssessedTarget, type Assessment } from './assessment';

/** The headline of a verdict on a view and the sentence below it. */
export function wordsOf(code: VerdictCode, view: Assessment): Pick<Verdict, 'title' | 'summary'> {
  const sentence = (name: string): Message => {
    const key = `verdicts.${code}.${name}` as MessageKey;
    const names = FILLED_IN[key] ?? [];
    return {
      key,
      params: Object.fromEntries(names.map((param) => [param, PARAMETERS[param](view, code)])),
    };
  };
  return { title: sentence('title'), summary: sentence(summaryOf(code, view)) };
}

/** What each sentence is filled in with: what it does not say, the verdict need not know. */
export const FILLED_IN: Readonly<Partial<Record<MessageKey, readonly Parameter[]>>> = {
  'verdicts.access-denied.summary': ['error'],
  'verdicts.activation-pending.summary': ['host'],
  'verdicts.assigned-host-not-kms.title': ['endpoint'],
  'verdicts.assigned-host-not-kms.summary': ['endpoint'],
  'verdicts.assigned-host-unreachable.title': ['endpoint'],
  'verdicts.assigned-host-unreachable.summary': ['host', 'port'],
  'verdicts.assigned-host-unresolvable.title': ['host'],
  'verdicts.assigned-host-unresolvable.summary': ['host'],
  'verdicts.client-resolver-disagrees.summary': ['server'],
  'verdicts.clock-skew.summary': ['hours', 'minutes', 'source'],
  'verdicts.dns-publishing-disabled.summary': ['missingDomains'],
  'verdicts.dns-publishing-refused.summary': ['missingDomains'],
  'verdicts.dns-server-failing.summary': ['servers'],
  'verdicts.dns-server-unreachable.summary': ['servers'],
  'verdicts.healthy.summary': ['host'],
  'verdicts.healthy.summaryNetwork': ['host'],
  'verdicts.healthy.summaryOther': ['key', 'channel'],
  'verdicts.kms-count-too-low.summary': ['error'],
  'verdicts.kms-count-too-low.summaryHere': ['count'],
  'verdicts.kms-host-cannot-activate-this-product.summary': ['error'],
  'verdicts.kms-host-cannot-activate-this-product.summaryVirtual': ['error'],
  'verdicts.kms-host-not-activated.summary': ['error'],
  'verdicts.kms-port-filtered.title': ['hosts'],
  'verdicts.kms-port-filtered.summary': ['endpoints'],
  'verdicts.kms-port-filtered.summaryOwnFirewall': ['endpoints'],
  'verdicts.kms-port-filtered.summaryRulesUnread': ['endpoints'],
  'verdicts.kms-service-not-listening.title': ['hosts'],
  'verdicts.kms-service-not-listening.summary': ['endpoints'],
  'verdicts.not-a-kms-client.summary': ['key', 'channel'],
  'verdicts.not-a-kms-host.title': ['hosts'],
  'verdicts.not-a-kms-host.summary': ['endpoints'],
  'verdicts.product-key-rejected.title': ['key'],
  'verdicts.product-key-rejected.summary': ['error'],
  'verdicts.srv-record-bare-name.summary': ['record'],
  'verdicts.srv-record-in-other-domain.title': ['otherDomain', 'domains'],
  'verdicts.srv-record-in-other-domain.summary': ['otherDomain', 'domains'],
  'verdicts.srv-record-in-other-domain.summaryHidden': ['otherDomain', 'lookupDomain'],
  'verdicts.srv-record-missing.title': ['domains'],
  'verdicts.srv-record-missing.summary': ['server', 'record'],
  'verdicts.srv-target-unresolvable.title': ['hosts'],
  'verdicts.srv-target-unresolvable.summary': ['hosts'],
};

function summaryOf(code: VerdictCode, view: Assessment): string {
  switch (code) {
    case 'licensing-service-unavailable': {
      const { sppsvc } = view.situation;
      if (!sppsvc.ok) return 'summary';
      if (sppsvc.value === null) return 'summaryGone';
      return sppsvc.value.start === 'disabled' ? 'summaryDisabled' : 'summary';
    }
    case 'clock-skew':
      return isClockOff(view) ? 'summary' : 'summaryReported';
    case 'srv-record-in-other-domain':
      return some(
        view.others,
        ({ domain, presence }) =>
          presence === 'found' && domain !== null && view.domains.shadowedDomains.includes(domain),
      )
        ? 'summaryHidden'
        : 'summary';
    case 'kms-port-filtered':
      if (!view.situation.outboundBlocked.ok) return 'summaryRulesUnread';
      return view.situation.outboundBlocked.value ? 'summaryOwnFirewall' : 'summary';
    case 'kms-host-cannot-activate-this-product':
      return view.lastError === 0xc004f06b ? 'summaryVirtual' : 'summary';
    case 'kms-host-not-activated':
    case 'kms-count-too-low':
      return view.role === 'kms-host' ? 'summaryHere' : 'summary';
    case 'kms-firewall-closed':
      return view.situation.firewallRule.ok && view.situation.firewallRule.value === false
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
        : view.pathIsHealthy
          ? 'summaryLicenceUnread'
          : 'summary';
    default:
      return 'summary';
  }
}

type Parameter = keyof typeof PARAMETERS;

const PARAMETERS = {
  domains: (view) => list(view.domains.candidates),
  record: (view) => kmsRecordName(view.domains.candidates[0] ?? null),
  server: (view, code) => list(serversFor(code, view).slice(0, 1).map(serverName)),
  servers: (view, code) => list(serversFor(code, view).map(serverName)),
  otherDomain: (view) => view.others.find(({ presence }) => presence === 'found')?.domain ?? '',
  lookupDomain: (view) => view.domains.lookupDomain ?? '',
  host: (view, code) => spokenOf(view, code)?.host ?? '',
  port: (view, code) => spokenOf(view, code)?.port ?? KMS_PORT,
  endpoint: (view, code) => {
    const end = spokenOf(view, code);
    return end === undefined ? '' : formatEndpoint(end.host, end.port);
  },
  hosts: (view, code) => list(targetsFor(code, view).map(({ host }) => host)),
  endpoints: (view, code) =>
    list(targetsFor(code, view).map(({ host, port }) => formatEndpoint(host, port))),
  key: ({ licence }) => licence?.partialProductKey ?? '',
  channel: ({ licence }) => licence?.channel.token ?? '',
  error: ({ lastError }) => (lastError === null ? '' : formatErrorCode(lastError)),
  hours: (view) => Math.floor(minutesOff(view) / 60),
  minutes: (view) => Math.round(minutesOff(view)) % 60,
  source: ({ situation: { clock } }) => (clock.ok ? clock.value.source : ''),
  count: ({ count }) => count ?? 0,
  missingDomains: ({ ownRecords }) =>
    list(ownRecords.filter(({ presence }) => presence === 'absent').map(({ domain }) => domain)),
} satisfies Record<string, (view: Assessment, code: VerdictCode) => string | number>;

function minutesOff({ situation: { clock } }: Assessment): number {
  return clock.ok ? Math.abs(clock.value.minutes) : 0;
}

/** The host that a verdict speaks of: the assigned one, or the first of the targets. */
function spokenOf(
  view: Assessment,
  code: VerdictCode,
): { readonly host: string; readonly port: number } | undefined {
  return view.assignment ?? targetsFor(code, view)[0];
}

/** The DNS servers that a verdict speaks of: those that said what it is about, if there are any. */
function serversFor(code: VerdictCode, { situation }: Assessment): readonly DnsServer[] {
  const configured = situation.servers.ok ? situation.servers.value : [];
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
function targetsFor(code: VerdictCode, view: Assessment): readonly AssessedTarget[] {
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
