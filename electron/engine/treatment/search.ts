/** The search for a treatment: tries every sequence of fixes on copies, and picks the best one. */
import type { FixId, VerdictCode } from '@shared/catalog';
import { ASSUMPTIONS, MAX_REHEARSALS, MAX_STEPS } from '@shared/change-schemas';
import { isKmsHost } from '@shared/kms-path';
import type { RehearsedVerdict, Assumption } from '@shared/treatment';
import { changeType, type Change } from '../changes';
import { hashOf } from '../changes/state';
import { reachabilityOf } from '../facts/answers';
import { valueOr } from '../facts/fact-types';
import { fixOf } from '../fixes';
import type { GivenParameters } from '../fixes/plan';
import { suggestedHosts } from '../fixes/suggest';
import type { RunResult } from '../run';
import type { Assessment } from '../verdict/assessment';
import { PATH_CODES, ruleHolds } from '../verdict/verdict';
import { canonicalHostIn, isAmong, namesOf, refuses, requestsBetween } from './copy';
import type { Rehearsed, RehearsedState, Rehearsals } from './rehearsal';
import { assumptionsOf } from './assumptions';
import type { RehearsalOptions, TreatmentStep } from './treatment';

/** A sequence of fixes rehearsed on a copy. */
export interface Course {
  /** The fixes, each with the state before it. */
  readonly steps: readonly { readonly step: TreatmentStep; readonly from: RehearsedState }[];
  readonly state: RehearsedState;
  readonly ends: RehearsedVerdict;
  /** Whether the course isn't extended further. */
  readonly isOver: boolean;
}

/** Fixes worth making by themselves if no treatment ends healthy. */
const WORTH_DOING: readonly FixId[] = [
  'sync-clock',
  'restart-licensing-service',
  'return-to-auto-discovery',
  'set-dns-publishing',
  'open-kms-firewall',
  'allow-kms-activation',
  'flush-dns-cache',
];

/** A fix to try, with its parameters. */
interface Candidate {
  readonly fix: FixId;
  readonly parameters: GivenParameters;
}

/**
 * Searches all courses breadth-first, visiting each state of the copy once.
 *
 * @returns the best course; null if there is none
 */
export async function searchCourse(
  start: RehearsedState,
  rehearsals: Rehearsals,
  result: RunResult,
  options: RehearsalOptions,
): Promise<Course | null> {
  const expectedHosts = result.expectedHosts.map(canonicalHostIn);
  const seen = new Set([nameOf(start)]);
  const all: Course[] = [begin(start)];
  for (const course of all) {
    if (course.isOver || course.steps.length === MAX_STEPS) continue;
    for (const { fix, parameters } of candidatesAt(course.state, expectedHosts, options)) {
      if (rehearsals.count >= MAX_REHEARSALS) break;
      const rehearsed = await rehearsals.apply(fix, parameters, course.state);
      if (rehearsed === null) continue;
      const name = nameOf(rehearsed.state);
      const further = extend(course, rehearsed, result);
      // A fact that couldn't be read isn't in the copy, so a fix for it leaves the copy unchanged.
      if (seen.has(name) && !further.ends.restsOn.includes('licence-unread')) continue;
      seen.add(name);
      // The loop goes on to the courses added here, the shorter ones first.
      all.push(further);
    }
  }
  return best(all.slice(1).filter((course) => leadsAsExpected(course, start, expectedHosts)));
}

const begin = (state: RehearsedState): Course => ({
  steps: [],
  state,
  ends: { code: state.verdict.code, certainty: state.verdict.certainty, restsOn: [] },
  isOver: false,
});

/** Returns a course with one more step. */
function extend(
  { steps, state: from, ends }: Course,
  { plan, state, refused }: Rehearsed,
  result: RunResult,
): Course {
  const because = from.verdict.code;
  // The copy lacks the facts that couldn't be read because of the fault.
  const isUnread = because === 'licensing-service-unavailable' && !state.view.licenceRead;
  const rests: readonly Assumption[] = [
    ...ends.restsOn,
    ...(isUnread ? (['licence-unread'] as const) : []),
    ...assumptionsOf(plan, from, state, result),
  ];
  const then: RehearsedVerdict = {
    code: isUnread ? 'cannot-diagnose' : state.verdict.code,
    certainty: isUnread || rests.length > 0 ? 'likely' : state.verdict.certainty,
    restsOn: ASSUMPTIONS.filter((one) => rests.includes(one)),
  };
  const { fix, parameters, changes, before } = plan;
  const step = { fix, parameters, changes, before, because, then };
  return {
    steps: [...steps, { step, from }],
    state,
    ends: then,
    isOver: isUnread || refused || then.code === 'healthy',
  };
}

/** Returns the changes of all steps. */
const changesIn = ({ steps }: Course): readonly Change[] =>
  steps.flatMap(({ step }) => step.changes);

/** Returns the number of fixes that leave settings, minus those that only clear settings. */
const lastingIn = ({ steps }: Course): number =>
  steps.reduce((sum, { step }) => sum + lastingOf(step.changes), 0);

/** Returns 1 for a fix that leaves a setting, -1 for one that only clears settings, otherwise 0. */
function lastingOf(changes: readonly Change[]): number {
  const left = changes.map((change) => changeType(change).leaves?.(change));
  if (left.includes('setting')) return 1;
  return left.includes('cleared') ? -1 : 0;
}

/** Returns a hash that identifies a state of the copy, ignoring the times of events. */
function nameOf({ file, verdict }: RehearsedState): string {
  const events = (file.events ?? []).map(({ id, data }) => [id, data]);
  return hashOf([{ ...file, events }, verdict.code]);
}

/** Returns the fixes of the verdict, plus assigning a host in question that responds. */
function candidatesAt(
  { view, verdict, file }: RehearsedState,
  expectedHosts: readonly string[],
  { given = {} }: RehearsalOptions,
): readonly Candidate[] {
  const leadsOn = (host: string): boolean =>
    isExpected(host, expectedHosts, view) && !refuses(host, file, view.snapshot);
  const { code } = verdict;
  const ofRow = verdict.fixes
    .filter((fix) => fix !== 'test-routing' && !(fix === 'return-to-kms' && isCutOff(code, view)))
    .flatMap((fix): Candidate[] => {
      if (fix !== 'assign-kms-host') {
        return [{ fix, parameters: { ...fixOf(fix).initial?.(view), ...given[fix] } }];
      }
      const suggested = suggestedHosts(view).find(({ host }) => leadsOn(host));
      return suggested === undefined ? [] : [{ fix, parameters: { ...suggested } }];
    });
  if (!PATH_CODES.includes(code) || view.role === 'kms-host' || !view.windows) return ofRow;
  const { hostsInQuestion, laterTargets } = view.snapshot;
  const answering = [...hostsInQuestion, ...laterTargets].find(
    (target) => reachabilityOf(target) === 'kms' && leadsOn(target.host),
  );
  if (answering === undefined) return ofRow;
  const { host, port } = answering;
  const isOffered = ofRow.some(
    ({ fix, parameters }) =>
      fix === 'assign-kms-host' && parameters.host === host && parameters.port === port,
  );
  return isOffered ? ofRow : [...ofRow, { fix: 'assign-kms-host', parameters: { host, port } }];
}

/** Whether clients can't have reached this KMS host, so that a low count doesn't mean it isn't supposed to be one. */
const isCutOff = (code: VerdictCode, view: Assessment): boolean =>
  code === 'kms-count-too-low' && ruleHolds('kms-firewall-closed', view);

/** Whether a host is expected. @param expectedHosts normalized names or addresses; if empty, any host is acceptable */
function isExpected(
  host: string,
  expectedHosts: readonly string[],
  { snapshot }: Assessment,
): boolean {
  const names = namesOf(canonicalHostIn(host), snapshot);
  return expectedHosts.length === 0 || expectedHosts.some((expected) => isAmong(expected, names));
}

/** Whether a course leads only to expected hosts. */
function leadsAsExpected(
  course: Course,
  start: RehearsedState,
  expectedHosts: readonly string[],
): boolean {
  const { view, file } = course.state;
  const assigned = changesIn(course).flatMap((change) =>
    change.kind === 'kms-assignment' ? (change.host ?? []) : [],
  );
  const asked = requestsBetween(start.file, file).at(-1)?.host;
  const hosts = asked === undefined ? assigned : [...assigned, asked];
  if (!hosts.every((host) => isExpected(host, expectedHosts, view))) return false;
  if (view.role !== 'kms-client' || view.activatedOtherwise) return true;
  const inUse = hostsInUse(view);
  if (inUse.some((host) => isExpected(host, expectedHosts, view))) return true;
  // Hosts that were already in use aren't a result of the course.
  const before = hostsInUse(start.view);
  return course.ends.code !== 'healthy' && inUse.every((host) => before.includes(host));
}

/** Returns the hosts that Windows contacts: the assigned one, or the discovered ones that respond. */
const hostsInUse = ({ assignment, targets }: Assessment): readonly string[] =>
  (assignment === null ? targets.filter(isKmsHost) : [assignment]).map(({ host }) => host);

/** Returns the course with the best ending. Ties go to the fewest lasting settings, then to the fewest steps. */
function best(courses: readonly Course[]): Course | null {
  const healthy = courses.filter(({ ends }) => ends.code === 'healthy');
  const unread = courses.filter(({ ends }) => ends.restsOn.includes('licence-unread'));
  const better = courses.filter((course) => isBetter(course));
  const tries = courses.filter(
    ({ steps, isOver, ends }) => steps.length === 1 && isOver && ends.code !== 'healthy',
  );
  const longest = better.toSorted((one, other) => other.steps.length - one.steps.length);
  return [...ranked(healthy), ...ranked(unread), ...longest, ...tries][0] ?? null;
}

/** Sorts courses with equal endings. The sort is stable, so that ties keep the order of the verdict's fixes. */
const ranked = (courses: readonly Course[]): readonly Course[] =>
  courses.toSorted(
    (one, other) =>
      lastingIn(one) - lastingIn(other) ||
      one.steps.length - other.steps.length ||
      Number(reachesFurther(one)) - Number(reachesFurther(other)),
  );

/** Whether a course affects more than activation: how this PC resolves all names. */
const reachesFurther = (course: Course): boolean =>
  changesIn(course).some(({ kind }) => kind === 'suffix-search-list' || kind === 'dns-servers');

/** Whether each step is worth making by itself and resolves the verdict that it treats. */
function isBetter({ steps, state, ends }: Course): boolean {
  return (
    ends.code !== 'cannot-diagnose' &&
    steps.every(
      ({ step: { fix, because } }, index) =>
        WORTH_DOING.includes(fix) &&
        !ruleHolds(because, (steps[index + 1]?.from ?? state).view) &&
        !(because === 'assigned-host-unreachable' && isShutIn(state)) &&
        !(fix === 'allow-kms-activation' && hasNoKms(state)),
    )
  );
}

/** Whether the error is SL_E_VL_AD_AO_NOT_FOUND and there is no KMS host either, so that allowing KMS wouldn't help. */
const hasNoKms = ({ verdict, view }: RehearsedState): boolean =>
  verdict.code === 'srv-record-missing' && view.lastError === 0xc004f081;

/** Whether this PC's own firewall blocks every KMS host, so that clearing the assigned one wouldn't help. */
const isShutIn = ({ verdict, view: { snapshot } }: RehearsedState): boolean =>
  verdict.code === 'kms-port-filtered' && valueOr(snapshot.outboundBlocked, null) !== null;
