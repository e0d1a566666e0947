/** The treatment of the current PC: planning, applying, stopping and undoing. */
import { ask, reportFault } from './bridge';
import { isTreatable, setTreatment, useDoctor } from './store';

/** Number of plan requests; only the last one counts. */
let asked = 0;

/** Requests a treatment for the current verdict, in the current language. */
export async function planTreatment(): Promise<void> {
  const { finished, info, phase, kmsHosts } = useDoctor.getState();
  const isReport = info?.source.kind === 'report';
  if (finished === null || phase !== 'finished' || isReport || !isTreatable(finished)) return;
  asked += 1;
  const mine = asked;
  useDoctor.setState({ isPlanning: true });
  const answer = await ask('treatment:plan', { kmsHosts: [...kmsHosts] }).catch(reportFault);
  // The verdict may have changed in the meantime.
  if (mine !== asked || useDoctor.getState().finished !== finished) return;
  // Single fixes are available without it.
  setTreatment(answer !== undefined && 'treatment' in answer ? answer.treatment : null, kmsHosts);
}

/**
 * Checks whether a KMS host named by the user helps.
 *
 * @returns `problem`: why its name is invalid, or null; `helps`: whether it makes a different treatment possible, which
 *   then replaces the current one
 * @throws if the main process refused the request
 */
export async function tryKmsHost(
  host: string,
): Promise<{ readonly problem: string | null; readonly helps: boolean }> {
  const before = asked;
  const answer = await ask('treatment:plan', { kmsHosts: [host] });
  // The result may belong to an older verdict, or be in another language.
  if (before !== asked) return tryKmsHost(host);
  if ('problem' in answer) return { problem: answer.problem, helps: false };
  const { digest, steps } = answer.treatment;
  const helps = steps.length > 0 && digest !== useDoctor.getState().treatment?.digest;
  if (helps) {
    asked += 1;
    setTreatment(answer.treatment, [host]);
  }
  return { problem: null, helps };
}

/** Runs an action that changes the PC, then plans the remaining work. */
async function treating<Reply>(work: () => Promise<Reply>): Promise<Reply> {
  useDoctor.setState({ isTreating: true, treatmentProgress: [] });
  try {
    return await work();
  } finally {
    useDoctor.setState({ isTreating: false });
    void planTreatment();
  }
}

/** Applies the treatment identified by `digest`. */
export const repair = (digest: string) => treating(() => ask('treatment:apply', { digest }));

/** Undoes a treatment. */
export const undoTreatment = (treatment: string) =>
  treating(() => ask('treatment:undo', { treatment }));
