/** The treatment of the PC at hand: asked for, done, stopped and taken back. */
import type { TreatmentReply } from '@shared/ipc';
import type { TreatmentOutcomeView, TreatmentUndoView } from '@shared/treatment';
import { ask, reportFault } from './bridge';
import { beginPlanning, isTreatable, setTreating, setTreatment, useDoctor } from './store';

/** Plans that were asked for; only the last one counts. */
let asked = 0;

/** Asks what can be done about the verdict at hand, in the language of the moment. */
export async function planTreatment(): Promise<void> {
  const { finished, info, phase, kmsHosts } = useDoctor.getState();
  const isReport = info?.source.kind === 'report';
  if (finished === null || phase !== 'finished' || isReport || !isTreatable(finished)) return;
  asked += 1;
  const mine = asked;
  beginPlanning();
  const answer = await ask('treatment:plan', { kmsHosts: [...kmsHosts] }).catch(reportFault);
  // Another verdict may have come meanwhile.
  if (mine !== asked || useDoctor.getState().finished !== finished) return;
  // The single fixes are there without it.
  setTreatment(answer !== undefined && 'treatment' in answer ? answer.treatment : null, kmsHosts);
}

/**
 * Looks whether a KMS host that a person names helps.
 *
 * @returns what is wrong with its name, in words; and whether more can be done with it, which is then the treatment
 * @throws when the privileged side did not take the request
 */
export async function lookAtHost(
  host: string,
): Promise<{ readonly problem: string | null; readonly helps: boolean }> {
  const before = asked;
  const answer = await ask('treatment:plan', { kmsHosts: [host] });
  // What was found may be of an older verdict, or in the words of another language.
  if (before !== asked) return lookAtHost(host);
  if ('problem' in answer) return { problem: answer.problem.message, helps: false };
  const { digest, steps } = answer.treatment;
  const helps = steps.length > 0 && digest !== useDoctor.getState().treatment?.digest;
  if (helps) {
    asked += 1;
    setTreatment(answer.treatment, [host]);
  }
  return { problem: null, helps };
}

/** Does something that changes the PC, and plans what is left to do afterwards. */
async function treating<Reply>(work: () => Promise<Reply>): Promise<Reply> {
  setTreating(true);
  try {
    return await work();
  } finally {
    setTreating(false);
    void planTreatment();
  }
}

/** Does the treatment that `digest` names. */
export const repair = (digest: string): Promise<TreatmentReply<TreatmentOutcomeView>> =>
  treating(() => ask('treatment:apply', { digest }));

/** Takes back what a treatment did. */
export const undoTreatment = (treatment: string): Promise<TreatmentReply<TreatmentUndoView>> =>
  treating(() => ask('treatment:undo', { treatment }));
