/** Verdicts on a KMS host, seen from itself or by what it told a client. */
import { CLIENT_COUNT, SERVER_COUNT } from '@shared/kms';
import * as messages from '../../admin-instructions/messages';
import { list } from '../../checks/finding';
import { every, some } from '../../facts/outstanding';
import { aboutKmsHost, aboutOwnDomain } from '../about';
import type { Assessment } from '../assessment';
import { lastError } from '../parameters';
import {
  certainIf,
  CLIENT,
  CLIENT_OR_HOST,
  holdsIf,
  onLastError,
  type RuleResult,
  type VerdictRules,
} from '../rule';

/** Whether a KMS host's own record is missing where publishing is in the state that a rule is about. */
function ownRecordMissing(view: Assessment, state: 'on' | 'off'): RuleResult {
  const isMissing = some(view.ownRecords, ({ presence }) => presence === 'absent');
  if (isMissing) return view.publishing === state ? 'certain' : 'open';
  // Without the list there may be domains that nobody asked about.
  const all =
    view.ownDomainsRead && every(view.ownRecords, ({ presence }) => presence !== 'unread');
  return all ? 'no' : 'open';
}

const missingDomains = ({ ownRecords }: Assessment) =>
  list(ownRecords.filter(({ presence }) => presence === 'absent').map(({ domain }) => domain));

const hereOrThere = ({ role }: Assessment) => (role === 'kms-host' ? 'summaryHere' : 'summary');

export const kmsHostRules = {
  'kms-host-not-activated': {
    scope: CLIENT_OR_HOST,
    evaluate: onLastError(({ role, licence }) =>
      holdsIf(role === 'kms-host' && licence?.licensed === false),
    ),
    because: ['kms-host-activated'],
    procedure: 'configure-kms-host',
    fixes: ['install-kms-host-key', 'activate-now'],
    about: aboutKmsHost,
    message: messages.kmsHostNotActivated,
    summary: hereOrThere,
    say: { summary: { error: lastError } },
  },
  'kms-host-cannot-activate-this-product': {
    scope: CLIENT,
    evaluate: onLastError(),
    because: ['last-activation-error'],
    procedure: 'configure-kms-host',
    fixes: ['assign-kms-host', 'install-mak', 'activate-now'],
    about: aboutKmsHost,
    message: messages.kmsHostCannotActivate,
    // SL_E_VL_KEY_MANAGEMENT_SERVICE_VM_NOT_SUPPORTED
    summary: (view) => (view.lastError === 0xc004f06b ? 'summaryVirtual' : 'summary'),
    say: { summary: { error: lastError }, summaryVirtual: { error: lastError } },
  },
  'kms-count-too-low': {
    scope: CLIENT_OR_HOST,
    evaluate: onLastError((view) => {
      if (view.role !== 'kms-host') return 'no';
      if (!view.situation.service.ok) return 'open';
      if (view.count === null || view.count >= CLIENT_COUNT) return 'no';
      return certainIf(view.count < SERVER_COUNT);
    }),
    because: ['kms-host-count'],
    procedure: 'configure-kms-host',
    fixes: ['install-mak', 'activate-now'],
    about: aboutKmsHost,
    message: messages.kmsCountTooLow,
    offers: (_, view) => view.role !== 'kms-host',
    summary: hereOrThere,
    say: { summary: { error: lastError }, summaryHere: { count: ({ count }) => count ?? 0 } },
  },
  'dns-publishing-disabled': {
    scope: ['kms-host'],
    evaluate: (view) => (view.publishing === 'on' ? 'no' : ownRecordMissing(view, 'off')),
    because: ['dns-publishing-enabled', 'publish-list'],
    procedure: 'check-kms-host',
    fixes: ['set-dns-publishing'],
    about: aboutOwnDomain,
    say: { summary: { missingDomains } },
  },
  'dns-publishing-refused': {
    scope: ['kms-host'],
    evaluate: (view) => {
      if (view.publishing === 'off') return 'no';
      const missing = ownRecordMissing(view, 'on');
      return missing === 'certain' && view.newestPublishEvent?.id !== 12293 ? 'likely' : missing;
    },
    because: ['dns-publishing-enabled', 'publish-list', 'dns-publishing-events'],
    procedure: 'publish-in-multiple-domains',
    fixes: ['restart-licensing-service', 'create-srv-record'],
    about: aboutOwnDomain,
    message: messages.dnsPublishingRefused,
    say: { summary: { missingDomains } },
  },
  'kms-firewall-closed': {
    scope: ['kms-host'],
    evaluate: ({ situation: { firewallRule, ownPort } }) => {
      if (firewallRule.ok && firewallRule.value === false) return 'certain';
      const outcomes = ownPort.map(({ connected }) =>
        connected.ok ? connected.value.outcome : null,
      );
      if (outcomes.includes('open')) return firewallRule.ok ? 'no' : 'open';
      if (outcomes.length === 0 || outcomes.includes(null)) return 'open';
      return certainIf(firewallRule.ok);
    },
    because: ['kms-host-firewall', 'kms-host-listening'],
    procedure: 'configure-kms-host',
    fixes: ['open-kms-firewall', 'restart-licensing-service'],
    summary: ({ situation: { firewallRule } }) =>
      firewallRule.ok && firewallRule.value === false ? 'summary' : 'summaryNotListening',
  },
} satisfies Partial<VerdictRules>;
