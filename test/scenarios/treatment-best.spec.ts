/**
 * Verifies that a treatment is optimal: an independent exhaustive search tries every sequence of up
 * to three fixes without shortcuts and fully diagnoses each copy.
 */
import { describe, expect, it } from 'vitest';
import { VERDICT_CODES, type FixId, type VerdictCode } from '@shared/catalog';
import type { Verdict } from '@shared/diagnosis';
import type { ScenarioFile } from '@shared/scenario';
import type { Change } from '@engine/changes';
import { Facts } from '@engine/facts/facts';
import { reachabilityOf } from '@engine/facts/answers';
import { fixOf, planFix } from '@engine/fixes';
import { applyFix } from '@engine/fixes/apply';
import { diagnose, type RunResult } from '@engine/run';
import { assess } from '@engine/verdict/assessment';
import { copyOf } from '@engine/treatment/copy';
import { planTreatment } from '@engine/treatment/plan';
import type { Treatment } from '@engine/treatment/treatment';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { sample } from '../support/sample';
import { ALL_PCS } from './sick';

const DEPTH = 3;
const never = new AbortController().signal;
const NO_JOURNAL = { begin: () => Promise.resolve('e'), note: () => Promise.resolve() };

/**
 * A sequence of fixes that was tried: its fixes with their positions in the tables, and its result.
 */
interface Way {
  readonly fixes: readonly FixId[];
  readonly places: readonly number[];
  readonly lasting: number;
  readonly far: boolean;
  readonly code: VerdictCode;
}

const lastingOf = (changes: readonly Change[]): number => {
  const left = changes.map((change) => {
    switch (change.kind) {
      case 'kms-assignment':
        return change.host === null ? -1 : 1;
      case 'lookup-domain':
        return change.domain === null ? -1 : 1;
      case 'registry-value':
        return change.value === null ? -1 : 1;
      case 'activation-type':
        return change.type === 0 ? -1 : 1;
      case 'dns-servers':
        return change.servers === null ? -1 : 1;
      case 'activation':
      case 'clock-sync':
      case 'dns-cache-flush':
      case 'service-restart':
        return 0;
      default:
        return 1;
    }
  });
  if (left.includes(1)) return 1;
  return left.includes(-1) ? -1 : 0;
};

const ON_THE_WAY = VERDICT_CODES.slice(
  VERDICT_CODES.indexOf('dns-server-not-configured'),
  VERDICT_CODES.indexOf('not-a-kms-host') + 1,
);

function candidatesAt({ diagnosis, snapshot }: RunResult) {
  const { verdict } = diagnosis;
  const view = assess(snapshot);
  const ofRow = verdict.fixes
    // A KMS host with a low count that can't have been reached keeps its key.
    .filter(
      (fix) =>
        fix !== 'return-to-kms' ||
        verdict.code !== 'kms-count-too-low' ||
        !verdict.alsoFound.includes('kms-firewall-closed'),
    )
    .filter((fix) => fix !== 'test-routing')
    .map((fix) => ({ fix, parameters: { ...fixOf(fix).initial?.(view) } }));
  const host = [...snapshot.hostsInQuestion, ...snapshot.laterTargets].find(
    (target) => reachabilityOf(target) === 'kms',
  );
  if (host === undefined || !ON_THE_WAY.includes(verdict.code)) return ofRow;
  const parameters = { host: host.host, port: host.port };
  return [...ofRow, { fix: 'assign-kms-host' as const, parameters }];
}

const endsThere = (before: Verdict, { diagnosis, snapshot }: RunResult): boolean =>
  diagnosis.verdict.code === 'healthy' ||
  (before.code === 'licensing-service-unavailable' && !snapshot.licence.ok);

/** Returns every continuation of a sequence. */
async function waysOn(file: ScenarioFile, found: RunResult, before: Way): Promise<Way[]> {
  const all: Way[] = [];
  const journalHosts = found.snapshot.hostsInQuestion;
  for (const [place, { fix, parameters }] of candidatesAt(found).entries()) {
    const computer = createScenarioComputer(file);
    const facts = new Facts(computer, { journalHosts }, never);
    const planned = await planFix(fix, parameters, found.snapshot, facts);
    if (!planned.ok || planned.plan.changes.length === 0) continue;
    const { changes } = planned.plan;
    // No server of these PCs is known to accept a record.
    if (changes.some(({ kind }) => kind === 'dns-record')) continue;
    const applied = await applyFix(planned, {
      computer,
      journal: NO_JOURNAL,
      signal: never,
      factOptions: { journalHosts },
    });
    if (applied.outcome !== 'ended' || applied.failure.length > 0 || !applied.recheck) continue;
    const way: Way = {
      fixes: [...before.fixes, fix],
      places: [...before.places, place],
      lasting: before.lasting + lastingOf(changes),
      far: before.far || changes.some(({ kind }) => /^(?:suffix|dns-servers)/.test(kind)),
      code: applied.recheck.diagnosis.verdict.code,
    };
    all.push(way);
    const isOver = endsThere(found.diagnosis.verdict, applied.recheck);
    if (isOver || way.fixes.length === DEPTH) continue;
    all.push(...(await waysOn(computer.document(), applied.recheck, way)));
  }
  return all;
}

/** Sort order of the sequences that end healthy. */
function compare(one: Way, other: Way): number {
  const first =
    one.lasting - other.lasting ||
    one.fixes.length - other.fixes.length ||
    Number(one.far) - Number(other.far);
  if (first !== 0) return first;
  const at = one.places.findIndex((place, index) => place !== other.places[index]);
  return (one.places[at] ?? 0) - (other.places[at] ?? 0);
}

const fixesOf = ({ steps }: Treatment): FixId[] => steps.map(({ fix }) => fix);

describe.each(sample([...ALL_PCS], 6))('%s', (_, file) => {
  it('has no better treatment than the planned one', { timeout: 120_000 }, async () => {
    const result = await diagnose(createScenarioComputer(file)).result;
    if (['healthy', 'cannot-diagnose'].includes(result.diagnosis.verdict.code)) return;
    const simulate = (one: ScenarioFile) => createScenarioComputer(one);
    const treatment = await planTreatment(result, { simulate });
    const copy = copyOf(result);
    const start = await diagnose(createScenarioComputer(copy), {
      journalHosts: result.snapshot.hostsInQuestion,
    }).result;
    const none: Way = { fixes: [], places: [], lasting: 0, far: false, code: 'healthy' };
    const ways = await waysOn(copy, start, none);
    const healthy = ways.filter(({ code }) => code === 'healthy').sort(compare);
    if (healthy[0] === undefined) {
      expect(treatment.steps.length < DEPTH ? treatment.ends.code : null).not.toBe('healthy');
    } else {
      expect(treatment.ends.code).toBe('healthy');
      expect(fixesOf(treatment)).toEqual(healthy[0].fixes);
    }
  });
});
