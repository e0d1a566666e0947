/** The state of each step of a treatment, during and after it. */
import type { VerdictCode } from '@shared/catalog';
import type { FixProgress } from '@shared/plan';
import type {
  StepResult,
  TreatmentOutcomeView,
  TreatmentProgress,
  TreatmentView,
} from '@shared/treatment';
import type { Light } from '../../components/status';

/** The state of a step. */
export interface StepState {
  readonly light: Light;
  /** The verdict after it; null without one. */
  readonly found: VerdictCode | null;
  /** Progress of its changes. */
  readonly changes: readonly FixProgress[];
  /** Why it failed or was refused; else null. */
  readonly failure: string | null;
}

const LIGHTS: Readonly<Record<StepResult, Light>> = {
  verified: 'pass',
  applied: 'pass',
  unverified: 'unknown',
  'rolled-back': 'fail',
  failed: 'fail',
  refused: 'fail',
};

const WAITING: StepState = { light: 'pending', found: null, changes: [], failure: null };

/** Returns the states of the steps from the progress so far. */
export function stepStatesAfter(
  { steps }: TreatmentView,
  progress: readonly TreatmentProgress[],
): StepState[] {
  const states = steps.map(() => WAITING);
  let current = -1;
  const update = (index: number, change: (state: StepState) => Partial<StepState>): void => {
    const state = states[index];
    if (state !== undefined) states[index] = { ...state, ...change(state) };
  };
  for (const event of progress) {
    if (event.type === 'step-started') {
      current = event.index;
      update(current, () => ({ light: 'running' }));
    }
    if (event.type === 'fix') {
      update(current, ({ changes }) => ({ changes: [...changes, event.progress] }));
    }
    if (event.type === 'step-finished') {
      update(event.index, () => ({ light: LIGHTS[event.result], found: event.found }));
    }
  }
  return states;
}

/** Returns the states of the steps at the end; steps that weren't started are `not-reached`. */
export const finalStepStates = (
  { steps }: TreatmentView,
  outcome: TreatmentOutcomeView,
): StepState[] =>
  steps.map((_, index) => {
    const ended = outcome.steps[index];
    if (ended === undefined) return { ...WAITING, light: 'not-reached' };
    const { result, found, failure } = ended;
    return { ...WAITING, light: LIGHTS[result], found, failure };
  });
