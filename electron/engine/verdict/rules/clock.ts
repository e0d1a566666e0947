/** The verdict on a wrong clock, this PC's or its KMS host's. */
import { verdictOfError } from '@shared/error-codes';
import { joinShort, message } from '@shared/message';
import { clockDifference } from '@shared/utc-time';
import * as messages from '../../admin-instructions/messages';
import type { Assessment } from '../assessment';
import { isClockOff, isClockSuspect, isOwnClockRight, minutesAhead, minutesOff } from '../clock';
import { CLIENT_OR_HOST, holdsIf, onLastError, type RuleResult, type VerdictRules } from '../rule';

const timeSource = ({ snapshot: { clock } }: Assessment) => (clock.ok ? clock.value.source : '');

const ofDifference = (part: keyof ReturnType<typeof clockDifference>) => (view: Assessment) =>
  clockDifference(minutesAhead(view))[part];

/** Returns a note if a KMS host with the right time refused clients because of their clocks. */
export function clientsClocksOff(view: Assessment) {
  if (view.role !== 'kms-host') return null;
  const refused = view.served.filter(({ code }) => verdictOfError(code) === 'clock-skew');
  if (refused.length === 0 || !isOwnClockRight(view)) return null;
  return message('verdicts.clientsClocksOff', {
    clients: joinShort(refused.map(({ label }) => label)),
    source: timeSource(view),
  });
}

export const clockRules = {
  'clock-skew': {
    scope: CLIENT_OR_HOST,
    evaluate: (view, code) => {
      if (view.activatedOtherwise) return 'no';
      const byClock = ({ snapshot: { clock } }: Assessment): RuleResult =>
        clock.ok ? holdsIf(isClockOff(view)) : 'open';
      return view.role === 'kms-host' ? byClock(view) : onLastError(byClock)(view, code);
    },
    because: (view) => {
      if (isClockOff(view)) return ['clock-offset'];
      return isClockSuspect(view)
        ? ['last-activation-error', 'clock-offset']
        : ['last-activation-error'];
    },
    procedure: null,
    fixes: ['sync-clock', 'activate-now'],
    offers: (fix, view) =>
      fix === 'sync-clock'
        ? !isOwnClockRight(view)
        : view.role !== 'kms-host' || view.licence?.licensed === false,
    title: (view) => {
      if (isClockOff(view)) return 'title';
      return isOwnClockRight(view) ? 'titleOfHost' : 'titleReported';
    },
    summary: (view) => {
      const isAhead = minutesAhead(view) > 0;
      if (view.role === 'kms-host') return isAhead ? 'summaryHostFast' : 'summaryHostSlow';
      if (isClockOff(view)) return isAhead ? 'summaryFast' : 'summarySlow';
      if (isClockSuspect(view)) return isAhead ? 'summarySuspectFast' : 'summarySuspectSlow';
      return isOwnClockRight(view) ? 'summaryOfHost' : 'summaryReported';
    },
    message: messages.clockSkew,
    say: {
      unit: ofDifference('unit'),
      days: ofDifference('days'),
      hours: ofDifference('hours'),
      minutes: ofDifference('minutes'),
      source: timeSource,
      total: (view) => Math.round(minutesOff(view)),
    },
  },
} satisfies Partial<VerdictRules>;
