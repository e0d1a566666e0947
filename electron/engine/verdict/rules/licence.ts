/** Verdicts on the licence of a Windows PC, its key and its clock. */
import { verdictOfError } from '@shared/error-codes';
import * as messages from '../../admin-instructions/messages';
import { isClockOff, type Assessment } from '../assessment';
import { aboutLastError } from '../about';
import { hostInUse, lastError } from '../parameters';
import { CLIENT, CLIENT_OR_HOST, holdsIf, onLastError, WINDOWS, type VerdictRules } from '../rule';

const keyParameters = {
  key: ({ licence }: Assessment) => licence?.partialProductKey ?? '',
  channel: ({ licence }: Assessment) => licence?.channel.token ?? '',
};

function minutesOff({ situation: { clock } }: Assessment): number {
  return clock.ok ? Math.abs(clock.value.minutes) : 0;
}

export const licenceRules = {
  'licensing-service-unavailable': {
    scope: WINDOWS,
    evaluate: ({ situation: { sppsvc, licence, service, events } }) => {
      if (!sppsvc.ok) return 'open';
      if (sppsvc.value === null || sppsvc.value.start === 'disabled') return 'certain';
      const failed = [licence, service].filter((reading) => !reading.ok);
      if (failed.length === 0) return 'no';
      // Events come from the same tool: it works, and what it asks for the licence does not answer.
      return events.ok && failed.some((reading) => reading.reason === 'tool-failed')
        ? 'likely'
        : 'open';
    },
    because: ['licensing-service'],
    procedure: null,
    fixes: ['restart-licensing-service'],
    summary: ({ situation: { sppsvc } }) => {
      if (!sppsvc.ok) return 'summary';
      if (sppsvc.value === null) return 'summaryGone';
      return sppsvc.value.start === 'disabled' ? 'summaryDisabled' : 'summary';
    },
  },
  'no-product-key': {
    scope: WINDOWS,
    evaluate: (view) => (view.licenceRead ? holdsIf(view.licence === null) : 'open'),
    because: ['product-key-installed'],
    procedure: 'change-to-mak',
    fixes: ['return-to-kms', 'install-mak'],
  },
  'product-key-rejected': {
    scope: WINDOWS,
    evaluate: onLastError(),
    because: ['last-activation-error'],
    procedure: 'change-to-mak',
    fixes: ['install-mak', 'return-to-kms'],
    about: aboutLastError,
    message: messages.productKeyRejected,
    say: { title: { key: keyParameters.key }, summary: { error: lastError } },
  },
  'not-a-kms-client': {
    scope: CLIENT,
    evaluate: (view) => {
      const { licence } = view;
      if (!view.licenceRead) return 'open';
      if (licence === null || licence.licensed) return 'no';
      return holdsIf(
        ['retail', 'oem', 'avma', 'mak', 'evaluation'].includes(licence.channel.class) &&
          verdictOfError(view.lastError) !== 'product-key-rejected',
      );
    },
    because: ['product-key-channel', 'licence-status'],
    procedure: 'change-to-mak',
    fixes: ['activate-now', 'activate-by-phone', 'return-to-kms'],
    offers: (fix, view) => fix === 'return-to-kms' || view.licence?.channel.class === 'mak',
    say: { summary: keyParameters },
  },
  'clock-skew': {
    scope: CLIENT,
    evaluate: onLastError((view) => (view.situation.clock.ok ? holdsIf(isClockOff(view)) : 'open')),
    because: (view) => [isClockOff(view) ? 'clock-offset' : 'last-activation-error'],
    procedure: null,
    fixes: ['sync-clock', 'activate-now'],
    message: messages.clockSkew,
    summary: (view) => (isClockOff(view) ? 'summary' : 'summaryReported'),
    say: {
      summary: {
        hours: (view) => Math.floor(minutesOff(view) / 60),
        minutes: (view) => Math.round(minutesOff(view)) % 60,
        source: ({ situation: { clock } }) => (clock.ok ? clock.value.source : ''),
      },
    },
  },
  'access-denied': {
    scope: CLIENT_OR_HOST,
    evaluate: onLastError(),
    because: ['last-activation-error'],
    procedure: null,
    fixes: ['activate-now'],
    about: aboutLastError,
    say: { summary: { error: lastError } },
  },
  'activation-pending': {
    scope: CLIENT,
    evaluate: (view) =>
      holdsIf(view.role === 'kms-client' && view.licence?.licensed === false && view.pathIsHealthy),
    alone: true,
    because: ['licence-status', 'kms-service-answers'],
    procedure: null,
    fixes: ['activate-now'],
    say: { summary: { host: hostInUse } },
  },
  healthy: {
    scope: ['network', ...WINDOWS],
    evaluate: (view) =>
      holdsIf(view.windows ? view.licence?.licensed === true : view.pathIsHealthy),
    alone: true,
    because: (view) => {
      if (!view.windows) return ['kms-service-answers'];
      if (view.role === 'kms-host') {
        return ['kms-host-activated', 'publish-list', 'kms-host-listening'];
      }
      return view.activatedOtherwise
        ? ['licence-status']
        : ['licence-status', 'kms-service-answers'];
    },
    procedure: null,
    fixes: [],
    summary: (view) => {
      if (!view.windows) return 'summaryNetwork';
      if (view.role === 'kms-host') return 'summaryHost';
      if (view.role !== 'kms-client') return 'summaryOther';
      return view.activatedOtherwise ? 'summaryDirectory' : 'summary';
    },
    say: {
      summary: { host: hostInUse },
      summaryNetwork: { host: hostInUse },
      summaryOther: keyParameters,
    },
  },
  'cannot-diagnose': {
    scope: ['network', ...WINDOWS],
    evaluate: () => 'likely',
    alone: true,
    because: [],
    procedure: null,
    fixes: [],
    summary: (view) =>
      view.windows && !view.licenceRead && view.pathIsHealthy ? 'summaryLicenceUnread' : 'summary',
  },
} satisfies Partial<VerdictRules>;
