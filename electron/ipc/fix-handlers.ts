/** Handlers of the requests that plan, apply or undo changes. */
import { readHostAlone } from '@shared/host-input';
import { translateMessage } from '@shared/i18n';
import type { Unfinished } from '@shared/ipc';
import type { FixProgress } from '@shared/plan';
import type { TreatmentProgress } from '@shared/treatment';
import { refusedReply } from '../services/change-reply';
import type { RunObstacle } from '../services/diagnosis-session';
import type { ShownTreatment } from '../elevation/operations';
import type { FixService } from '../services/fix-service';
import type { HandlerContext } from './handler-context';
import type { Handlers } from './router';

/** Creates the handlers. */
export function fixHandlers(context: HandlerContext) {
  const { confirm, diagnosisSession, t } = context;
  const rechecked = diagnosisSession.take;
  const ofFix = {
    confirm,
    rechecked,
    progress: (step: FixProgress) => context.emit('fix:progress', step),
  };
  const ofTreatment = (stop: AbortSignal) => ({
    confirm,
    rechecked,
    stop,
    progress: (step: TreatmentProgress) => context.emit('treatment:progress', step),
  });
  const change = async <Outcome extends object>(
    work: (fixes: FixService, stop: AbortSignal) => Promise<Outcome>,
  ): Promise<Outcome | Unfinished> => {
    const { source } = diagnosisSession.source();
    if (source.kind === 'facts') return refusal('elsewhere');
    const outcome = await diagnosisSession.change(work);
    return typeof outcome === 'string' ? refusal(outcome) : outcome;
  };
  const refusal = (hindrance: RunObstacle | 'elsewhere') =>
    refusedReply(t()(`dialogs.apply.${hindrance}`));
  /** The last treatment displayed for each computer. */
  const shown = new WeakMap<FixService, ShownTreatment>();
  const readOnly = () => ({
    problem: 'not-here' as const,
    messages: [{ field: null, message: t()('dialogs.apply.readOnly'), suggestions: [] }],
  });

  return {
    'fix:form': ({ fix }) => diagnosisSession.fixes()?.form(fix) ?? readOnly(),
    'fix:plan': ({ fix, parameters }) =>
      diagnosisSession.fixes()?.plan(fix, parameters) ?? readOnly(),
    'fix:apply': (asked) => change((fixes) => fixes.change('apply', asked, ofFix)),
    'treatment:plan': async ({ kmsHosts }) => {
      const fixes = diagnosisSession.fixes();
      if (fixes === null) return { problem: t()('dialogs.apply.readOnly') };
      const hosts: string[] = [];
      for (const read of kmsHosts.map(readHostAlone)) {
        if (!read.ok) return { problem: translateMessage(t(), read.message) };
        hosts.push(read.value);
      }
      const answer = await fixes.planTreatment(hosts);
      if ('treatment' in answer) {
        shown.set(fixes, { digest: answer.treatment.digest, kmsHosts: hosts });
      }
      return answer;
    },
    'treatment:apply': ({ digest }) =>
      change(async (fixes, stop) => {
        const last = shown.get(fixes);
        if (last?.digest !== digest) return { outcome: 'stale' };
        return fixes.change('treat', last, ofTreatment(stop));
      }),
    'treatment:stop': () => ({ stopped: diagnosisSession.stopChange() }),
    'treatment:undo': (asked) =>
      change((fixes, stop) => fixes.change('undo-treatment', asked, ofTreatment(stop))),
    'journal:list': () => diagnosisSession.fixes()?.journal() ?? { entries: [], unreadable: null },
    'journal:undo': (asked) => change((fixes) => fixes.change('undo', asked, ofFix)),
  } satisfies Partial<Handlers>;
}
