/**
 * Verifies that the route diagram, the verdict and the error explanation agree in every scenario.
 */
import { describe, expect, it } from 'vitest';
import type { VerdictCode } from '@shared/catalog';
import { explainWithFacts } from '@shared/explain-facts';
import { translateMessage, translator } from '@shared/i18n';
import type { MessageKey } from '@shared/message';
import { parseEndpoint } from '@shared/names';
import { routeOf, stageState, type RouteStageId } from '@shared/route';
import { diagnose } from '@engine/run';
import { assess } from '@engine/verdict/assessment';
import { computerOf, EXPECTED } from './cases';

/** The route stage that a verdict is about, and the keys that explain an error there. */
const BREAKS: Partial<Record<VerdictCode, readonly [RouteStageId, ...MessageKey[]]>> = {
  'dns-server-not-configured': ['dns', 'explain.noDnsServer'],
  'dns-server-unreachable': ['dns', 'explain.dnsSilent'],
  'dns-server-failing': ['dns', 'explain.dnsFails'],
  'srv-record-missing': ['srv', 'explain.noRecord'],
  'srv-record-bare-name': ['srv', 'explain.noRecord'],
  'srv-record-in-other-domain': ['srv', 'explain.noRecord'],
  'assigned-host-unresolvable': ['host', 'explain.noAddress'],
  'srv-target-unresolvable': ['host', 'explain.noAddress'],
  'assigned-host-unreachable': ['port', 'explain.filtered', 'explain.refused', 'explain.noRoute'],
  'kms-port-filtered': ['port', 'explain.filtered', 'explain.noRoute'],
  'kms-service-not-listening': ['port', 'explain.refused'],
  'assigned-host-not-kms': ['kms', 'explain.notKms'],
  'not-a-kms-host': ['kms', 'explain.notKms'],
};

/**
 * Only says that no KMS host was reached, so the explanation comes entirely from this PC's facts.
 */
const NO_HOST_REACHED = 0xc004f074;

const t = translator('en');

/** Diagnoses a scenario and returns the parts that both tests need. */
async function see(name: string) {
  const { diagnosis, snapshot } = await diagnose(computerOf(name)).result;
  // An event about an earlier attempt takes precedence over the current route.
  const checks = diagnosis.checks.map((check) => ({
    ...check,
    evidence: check.evidence.filter(({ kind }) => kind !== 'event'),
  }));
  const { columns } = routeOf(diagnosis.checks, diagnosis.target);
  return {
    verdict: diagnosis.verdict,
    pathIsHealthy: assess(snapshot).pathIsHealthy,
    states: Object.fromEntries(columns.map((column) => [column.id, stageState(column)])),
    /**
     * The stage where the route breaks: the last failing one, because nothing after it is reached.
     */
    broken: columns.findLast((column) => stageState(column) === 'fail')?.id,
    explained: explainWithFacts(NO_HOST_REACHED, { ...diagnosis, checks }),
  };
}

const alreadySeen = new Map<string, ReturnType<typeof see>>();

/** Like {@link see}, but diagnoses each scenario once. */
function seen(name: string): ReturnType<typeof see> {
  const known = alreadySeen.get(name) ?? see(name);
  alreadySeen.set(name, known);
  return known;
}

/** Returns the hosts, servers and domains that an explanation names, without ports. */
const namesIn = (params: Readonly<Record<string, string | number>> = {}): string[] =>
  ['host', 'endpoint', 'servers', 'domains'].flatMap((name) =>
    String(params[name] ?? '')
      .split(', ')
      .map((text) => parseEndpoint(text)?.host ?? text)
      .filter((text) => text !== ''),
  );

describe.each(Object.keys(EXPECTED))('the route of %s', (name) => {
  it("is healthy in the diagram and the explanation exactly if it's healthy in the verdict", async () => {
    const { pathIsHealthy, states, explained } = await seen(name);
    // A KMS host, or a PC licensed without one, doesn't use the route, and the checks show that.
    if (states['kms'] === 'not-applicable') return;
    expect(states['kms'] === 'pass').toBe(pathIsHealthy);
    expect(explained.some(({ key }) => key === 'explain.answersNow')).toBe(pathIsHealthy);
  });

  it('breaks in the diagram and the explanation where the verdict says', async () => {
    const { verdict, broken, explained } = await seen(name);
    const [stage, ...keys]: readonly string[] = BREAKS[verdict.code] ?? [];
    if (stage === undefined) return;
    expect(broken).toBe(stage);
    const about = explained.filter(({ key }) => keys.includes(key));
    expect(about.map(({ key }) => key)).not.toEqual([]);
    const summary = translateMessage(t, verdict.summary);
    const names = about.flatMap(({ params }) => namesIn(params));
    expect(names.length === 0 || names.some((one) => summary.includes(one)), summary).toBe(true);
  });
});

it.each(['public-server-first', 'router-first-by-dhcp'])(
  'a route breaks at the SRV record if the first server denies it: %s',
  async (name) => {
    const { broken, states } = await seen(`dns-servers-disagree/${name}`);
    expect(broken).toBe('srv');
    expect(states['kms']).toBe('pass');
  },
);
