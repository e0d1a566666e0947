/** Verdicts on the license of a Windows PC. */
import type { ReasonCode } from '@shared/diagnosis';
import {
  explainError,
  formatErrorCode,
  isFailureCode,
  isResolvedByHealthyPath,
} from '@shared/error-codes';
import { KMS_PORT, KMS_VALIDITY_MINUTES } from '@shared/kms';
import { isKmsHost } from '@shared/kms-path';
import { canonicalName, parseEndpoint } from '@shared/names';
import { joinShort, message } from '@shared/message';
import { MINUTES_PER_DAY } from '@shared/utc-time';
import { joinEndpoints } from '../../checks/finding';
import { resolverHasAddress } from '../../facts/answers';
import { valueOr } from '../../facts/fact-types';
import { excludesKms } from '../../facts/placed-settings';
import { daysLeft, type Assessment } from '../assessment';
import { aboutLastError } from '../about';
import type { Attempt } from '../attempts';
import { staleOwnTargets } from '../own-records';
import {
  cloudNote,
  hostInUse,
  lastError,
  remedyOfLastError,
  unreadDomains,
  unreadServers,
} from '../parameters';
import {
  certainIf,
  CLIENT,
  CLIENT_OR_HOST,
  holdsIf,
  onLastError,
  WINDOWS,
  type VerdictRules,
} from '../rule';
import { clientsClocksOff } from './clock';
import { isEvaluation, keyParameters } from './key';
import { summaryOfWorkingHost } from './kms-host';

/**
 * Whether the last error is E_ACCESSDENIED although this process has administrator rights, so that the attempt may have
 * had them too. docs/windows-facts.md#error-codes tells whose rights are missing then.
 */
const hadRights = ({ lastError: error, snapshot: { system } }: Assessment): boolean =>
  error === 0x80070005 && system.ok && system.value.elevated === true;

/** Whether this is a KMS client that isn't activated although a KMS host answers. */
const onlyLacksActivation = (view: Assessment): boolean =>
  view.role === 'kms-client' && view.licence?.licensed === false && view.pathIsHealthy;

/** Whether an attempt at a KMS host that answers now was refused, or didn't reach it. */
function failedAtGoodHost({ requests }: Attempt, view: Assessment): boolean {
  const { assignedTarget } = view.snapshot;
  const good = [
    ...(assignedTarget === null ? [] : [{ ...assignedTarget, reach: view.assignedReach }]),
    ...view.targets,
  ].filter(isKmsHost);
  return requests.some(({ host, code }) => {
    const asked = parseEndpoint(host);
    if (asked === null || !isFailureCode(code)) return false;
    const name = canonicalName(asked.host);
    return good.some(
      ({ host: target, port, lookups }) =>
        port === (asked.port ?? KMS_PORT) &&
        (target === name || lookups.some((lookup) => lookup.host === name)),
    );
  });
}

/** Whether the newest two attempts of the last 24 hours failed at a KMS host that answers now. */
function keepsFailing(view: Assessment): boolean {
  const since = Date.parse(view.snapshot.now) - MINUTES_PER_DAY * 60_000;
  const lately = view.attempts.filter(({ time }) => Date.parse(time) >= since).slice(-2);
  return lately.length === 2 && lately.every((attempt) => failedAtGoodHost(attempt, view));
}

/**
 * Returns a note if Windows can't resolve the assigned host although a DNS server has its address, because Windows
 * queries another server first.
 */
function unfoundByWindows({ assignment, snapshot: { assignedTarget } }: Assessment) {
  if (assignment === null || assignment.isAddress || assignedTarget === null) return null;
  const { lookups } = assignedTarget;
  const isUnfound =
    lookups.length > 0 && lookups.every((lookup) => resolverHasAddress(lookup) === false);
  return isUnfound ? message('verdicts.unfoundByWindows', { host: assignment.host }) : null;
}

/** Whether a KMS license hasn't been renewed for 30 days although a KMS host is available. */
function missesRenewals(view: Assessment): boolean {
  const left = view.licence?.graceMinutes ?? 0;
  return (
    view.role === 'kms-client' &&
    !view.activatedOtherwise &&
    left > 0 &&
    left < KMS_VALIDITY_MINUTES - 30 * MINUTES_PER_DAY &&
    view.pathIsHealthy
  );
}

/** Summary for a licensing service whose responses can't be read, by its state. It's stopped between its jobs. */
const SUMMARY_BY_STATE = {
  running: 'summary',
  stopped: 'summaryStopped',
  pending: 'summaryPending',
} as const;

export const licenseRules = {
  'licensing-service-unavailable': {
    scope: WINDOWS,
    evaluate: ({ snapshot: { sppsvc, licence, service, events } }) => {
      if (!sppsvc.ok) return 'open';
      if (sppsvc.value === null || sppsvc.value.start === 'disabled') return 'certain';
      const failed = [licence, service].filter((reading) => !reading.ok);
      if (failed.length === 0) return 'no';
      // Events are read by the same tool, so the tool works: what it queries for the license fails or hangs.
      const isToBlame = (reason: ReasonCode): boolean =>
        reason === 'tool-failed' || (reason === 'timed-out' && sppsvc.value?.state === 'pending');
      return events.ok && failed.some(({ reason }) => isToBlame(reason)) ? 'likely' : 'open';
    },
    because: ({ snapshot: { sppsvc } }) => [
      sppsvc.ok && (sppsvc.value === null || sppsvc.value.start === 'disabled')
        ? 'licensing-service'
        : 'licence-status',
    ],
    procedure: null,
    fixes: ['restart-licensing-service'],
    summary: ({ snapshot: { sppsvc } }) => {
      if (!sppsvc.ok) return 'summary';
      if (sppsvc.value === null) return 'summaryGone';
      if (sppsvc.value.start === 'disabled') return 'summaryDisabled';
      return SUMMARY_BY_STATE[sppsvc.value.state];
    },
  },
  'activation-type-excludes-kms': {
    scope: CLIENT,
    evaluate: ({ role, licence, snapshot: { activationType } }) => {
      if (role !== 'kms-client' || licence?.licensed !== false) return 'no';
      return activationType.ok ? holdsIf(excludesKms(activationType.value)) : 'open';
    },
    because: ['activation-type', 'licence-status'],
    procedure: 'change-to-mak',
    fixes: ['allow-kms-activation'],
    // If activation by Active Directory is intended, its error is what needs to be fixed.
    note: remedyOfLastError,
    summary: ({ snapshot: { activationType } }) =>
      valueOr(activationType, null) === 3 ? 'summaryToken' : 'summary',
  },
  'access-denied': {
    scope: CLIENT_OR_HOST,
    evaluate: (view, code) => (view.role === 'other' ? 'no' : onLastError()(view, code)),
    because: ['last-activation-error'],
    procedure: null,
    fixes: ['activate-now'],
    about: aboutLastError,
    title: (view) => (hadRights(view) ? 'titleElevated' : 'title'),
    summary: (view) => (hadRights(view) ? 'summaryElevated' : 'summary'),
    say: { error: lastError },
  },
  'activation-failed': {
    scope: CLIENT,
    evaluate: (view) =>
      onlyLacksActivation(view) &&
      view.lastError !== null &&
      !isResolvedByHealthyPath(view.lastError)
        ? 'likely'
        : 'no',
    alone: true,
    because: ['last-activation-error', 'kms-service-answers'],
    procedure: null,
    procedureFor: ({ lastError: error }) => explainError(error ?? 0)?.procedures[0] ?? null,
    fixes: ['activate-now'],
    fixesFor: ({ lastError: error }) => [
      ...new Set([...(explainError(error ?? 0)?.fixes ?? []), 'activate-now' as const]),
    ],
    about: aboutLastError,
    summary: ({ lastError: error }) => {
      const known = explainError(error ?? 0);
      return known === undefined ? 'summary' : message(`errors.${known.hex}.remedy`);
    },
    say: { error: lastError, host: hostInUse },
  },
  'activation-pending': {
    scope: CLIENT,
    evaluate: (view) => (onlyLacksActivation(view) ? certainIf(!keepsFailing(view)) : 'no'),
    alone: true,
    because: (view) =>
      keepsFailing(view)
        ? ['licence-status', 'kms-service-answers', 'last-activation-error']
        : ['licence-status', 'kms-service-answers'],
    procedure: null,
    fixes: ['activate-now'],
    // A cloud's host that hasn't been tried yet may well be the right one for this PC.
    note: (view) =>
      unfoundByWindows(view) ??
      (isFailureCode(view.lastError ?? 0) ? cloudNote([hostInUse(view)]) : null),
    title: (view) => (keepsFailing(view) ? 'titleFailing' : 'title'),
    summary: (view) => (keepsFailing(view) ? 'summaryFailing' : 'summary'),
    say: {
      host: hostInUse,
      error: ({ attempts }) => formatErrorCode(attempts.at(-1)?.code ?? 0),
    },
  },
  healthy: {
    scope: ['network', ...WINDOWS],
    evaluate: (view) =>
      holdsIf(view.windows ? view.licence?.licensed === true : view.pathIsHealthy),
    alone: true,
    because: (view) => {
      if (!view.windows) return ['kms-service-answers'];
      if (view.role === 'kms-host') {
        const shown = ['kms-host-activated', 'publish-list', 'kms-host-listening'] as const;
        return clientsClocksOff(view) === null ? shown : [...shown, 'kms-host-requests'];
      }
      return view.activatedOtherwise || view.role === 'unknown'
        ? ['licence-status']
        : ['licence-status', 'kms-service-answers'];
    },
    procedure: null,
    fixes: ['activate-now'],
    offers: (_, view) => missesRenewals(view),
    note: clientsClocksOff,
    title: (view) => {
      if (!view.windows) return 'titleNetwork';
      if (view.role === 'kms-host') {
        const isFound = ['summaryHost', 'summaryHostUnread'].includes(summaryOfWorkingHost(view));
        return isFound ? 'titleHost' : 'titleHostUnfound';
      }
      return missesRenewals(view) ? 'titleNotRenewed' : 'title';
    },
    summary: (view) => {
      if (!view.windows) return 'summaryNetwork';
      if (view.role === 'kms-host') return summaryOfWorkingHost(view);
      if (isEvaluation(view) && daysLeft(view.licence) !== null) return 'summaryEvaluation';
      if (view.role === 'unknown') return 'summaryKeyUnread';
      if (view.role !== 'kms-client') return 'summaryOther';
      if (view.activatedOtherwise) return 'summaryDirectory';
      return missesRenewals(view) ? 'summaryNotRenewed' : 'summary';
    },
    say: {
      ...keyParameters,
      host: hostInUse,
      days: ({ licence }) => daysLeft(licence) ?? 0,
      port: ({ snapshot: { ownPort } }) => ownPort[0]?.port ?? '',
      endpoints: ({ targets, snapshot }) => joinEndpoints(staleOwnTargets(targets, snapshot)),
    },
  },
  'cannot-diagnose': {
    scope: ['network', ...WINDOWS],
    evaluate: () => 'likely',
    alone: true,
    because: [],
    procedure: null,
    fixes: [],
    title: (view) => (unreadDomains(view).length > 0 ? 'titleRecord' : 'title'),
    summary: (view) => {
      if (unreadDomains(view).length > 0) return 'summaryRecord';
      return view.windows && !view.licenceRead && view.pathIsHealthy
        ? 'summaryLicenceUnread'
        : 'summary';
    },
    say: { servers: unreadServers, domains: (view) => joinShort(unreadDomains(view)) },
  },
} satisfies Partial<VerdictRules>;
