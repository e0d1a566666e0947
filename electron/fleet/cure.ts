/**
 * Determines a change that would cure a whole group. The change is simulated in the environment of each case, or on the
 * PC itself if the cause is there, and the case is judged again.
 */
import type { FixId, VerdictCode } from '@shared/catalog';
import type { FleetCure } from '@shared/fleet';
import { KMS_PORT } from '@shared/kms';
import { lookUp } from '@shared/look-up';
import { isAddress } from '@shared/names';
import { completeScenario, type ScenarioFile } from '@shared/scenario';
import type { LeftFor } from '@shared/treatment';
import { fixOf } from '@engine/fixes';
import type { GivenParameters } from '@engine/fixes/plan';
import { Rehearsals } from '@engine/treatment/rehearsal';
import { createScenarioComputer } from '../computer/scenario';
import type { CaseResultCache } from './case-result-cache';
import { caseOf, compare, type Computer } from './computers';
import { widestFirst, type Group } from './group';
import { verdictOf } from './judge';
import { answers, withHost, withRecord, withRecordsNaming } from './change-world';
import { hostKey, type KnownHost, type Worlds } from './worlds';

/** Context of the rehearsals of a fleet. */
export interface CureContext {
  readonly worlds: Worlds;
  /** Cache of earlier rehearsals. */
  readonly alike: CaseResultCache;
  readonly signal: AbortSignal;
  /** Called after every case; yields to other work. */
  readonly onCase: () => Promise<void>;
}

/** A change outside the group's PCs, with its parameters. */
interface WorldCure {
  readonly fix: FixId;
  readonly on: LeftFor;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The KMS host that activates the PCs after the change; null if the fleet knows none. */
  readonly host: KnownHost | null;
  readonly change: (file: ScenarioFile, host: KnownHost) => ScenarioFile;
}

type Counts = Pick<FleetCure, 'heals' | 'mayHeal'>;

/** What a change does to a PC: one of the counted effects; null if it doesn't recover. */
type Effect = keyof Counts | null;

/** Fixes that need input only a human has, or change nothing. */
const NOT_REHEARSED: readonly FixId[] = [
  'test-routing',
  'install-mak',
  'install-kms-host-key',
  'activate-by-phone',
];

/** Fixes that work around an external cause on each PC, and so don't cure it. */
const WAYS_ROUND: readonly FixId[] = [
  'assign-kms-host',
  'set-lookup-domain',
  'set-dns-servers',
  'add-dns-suffix',
];

/** Fixes by which the queried host, or the firewall in front of it, comes to serve its clients. */
const FIXES_AT_HOST: Readonly<Partial<Record<VerdictCode, FixId>>> = {
  'kms-port-filtered': 'open-kms-firewall',
  'kms-host-not-activated': 'activate-now',
  'kms-host-cannot-activate-this-product': 'install-kms-host-key',
  'clock-skew': 'sync-clock',
};

/** Returns the cure of a group; null if none is known. */
export async function cureOf(group: Group, context: CureContext): Promise<FleetCure | null> {
  const cases = group.members.filter(({ packed }) => packed !== null);
  const rehearsed = cases.length > 0;
  const inWorld = worldCureOf(group, context.worlds);
  if (inWorld !== null) {
    const { fix, on, parameters } = inWorld;
    const counts = await rehearseInWorld(group, inWorld, cases, context);
    return { fix, parameters, on, ...counts, rehearsed };
  }
  const fix = commonFix(group.members);
  if (fix === null) return null;
  const { parameters, ...counts } = await rehearseOnEach(fix, cases, context);
  if (rehearsed && counts.heals + counts.mayHeal === 0) return null;
  return { fix, parameters, on: 'this-pc', ...counts, rehearsed };
}

/** Returns the most common value; ties go to the first in sort order. */
const mostCommon = <T extends string>(values: readonly T[]): T | null =>
  widestFirst(values, (value) => value)[0]?.[0] ?? null;

/** The external change that cures a cause; null if the cause is on each PC, or no such change is known. */
function worldCureOf({ code, about, members }: Group, worlds: Worlds): WorldCure | null {
  const on = mostCommon(members.map((one) => one.for)) ?? 'this-pc';
  const { domain } = about;
  const named = about.host === null ? null : { host: about.host, port: about.port ?? KMS_PORT };
  switch (code) {
    case 'srv-record-missing':
    case 'srv-record-bare-name':
      return domain === null ? null : recordCure('create-srv-record', 'dns-server', domain);
    case 'srv-record-in-other-domain':
      if (domain === null || on === 'this-pc') return null;
      return recordCure('set-publish-list', 'kms-host', domain);
    case 'srv-target-unresolvable':
    case 'not-a-kms-host':
      return named === null ? null : otherHostCure(named.host);
    case 'kms-service-not-listening':
      if (named === null) return null;
      return on === 'dns-server'
        ? otherHostCure(named.host)
        : hostCure('restart-licensing-service', 'kms-host');
    default: {
      const fix = FIXES_AT_HOST[code];
      return fix === undefined || on === 'this-pc' ? null : hostCure(fix, on);
    }
  }

  /** Adds a record that points to a KMS host known to the fleet. */
  function recordCure(fix: FixId, recipient: LeftFor, inDomain: string): WorldCure {
    const host = knownHost(inDomain, null);
    const parameters =
      fix === 'set-publish-list'
        ? { domains: [inDomain] }
        : { domain: inDomain, ...(host && { host: host.host, port: host.port }) };
    const change = (file: ScenarioFile, known: KnownHost) => withRecord(file, inDomain, known);
    return { fix, on: recipient, parameters, host, change };
  }

  /** Redirects records from a host that isn't a KMS host to one that is. */
  function otherHostCure(wrong: string): WorldCure | null {
    const host = knownHost(null, about);
    if (host === null) return null;
    const parameters = { host: host.host, port: host.port };
    const change = (file: ScenarioFile, known: KnownHost) => withRecordsNaming(file, wrong, known);
    return { fix: 'create-srv-record', on: 'dns-server', parameters, host, change };
  }

  /** Makes the queried host serve its clients. */
  function hostCure(fix: FixId, recipient: LeftFor): WorldCure {
    const host = named === null ? null : { ...named, addresses: [] };
    const change = (file: ScenarioFile, known: KnownHost) => withHost(file, known, code);
    return { fix, on: recipient, parameters: {}, host, change };
  }

  /** The KMS host most of the group found, otherwise one known in the same worlds. */
  function knownHost(inDomain: string | null, not: Group['about'] | null): KnownHost | null {
    const isOther = ({ host, port }: KnownHost): boolean =>
      !isAddress(host) && (not === null || host !== not.host || port !== not.port);
    const own = members.flatMap(({ met }) => met).filter(isOther);
    const key = mostCommon(own.map(hostKey));
    const found = own
      .filter((one) => hostKey(one) === key)
      .sort((one, other) => compare(String(one.addresses), String(other.addresses)))[0];
    if (found !== undefined) return found;
    const around = members.flatMap(({ worlds: at }) =>
      at.filter((world) => inDomain === null || world.startsWith(`${inDomain}@`)),
    );
    return worlds.hostsIn([...new Set(around)].sort()).find(isOther) ?? null;
  }
}

/** Counts the PCs that recover. */
async function countRecovering(
  cases: readonly Computer[],
  { onCase }: CureContext,
  effectOn: (one: Computer, file: ScenarioFile) => Promise<Effect>,
): Promise<Counts> {
  const counts = { heals: 0, mayHeal: 0 };
  for (const one of cases) {
    const file = caseOf(one);
    const effect = file && (await effectOn(one, file));
    if (effect !== null) counts[effect] += 1;
    await onCase();
  }
  return counts;
}

/** Changes the environment of each case and counts the PCs that recover. */
async function rehearseInWorld(
  { code, about }: Group,
  { fix, host, change }: WorldCure,
  cases: readonly Computer[],
  context: CureContext,
): Promise<Counts> {
  if (host === null) return { heals: 0, mayHeal: 0 };
  const { worlds, alike, signal } = context;
  return countRecovering(cases, context, async (one, file) => {
    // An address identifies a host only within the same network.
    const around = worlds.find(one.worlds, host);
    const known = around ?? { ...host, addresses: [] };
    const isOwn = answers(file, known);
    if (!isOwn && around === null && host.addresses.length > 0) return null;
    const what = JSON.stringify([fix, code, about, known]);
    const recovers = await alike.once(what, file, async () =>
      isWell((await verdictOf(change(file, known), signal)).verdict.code),
    );
    if (!recovers) return null;
    return isOwn ? 'heals' : 'mayHeal';
  });
}

const isWell = (code: string): boolean => code === 'healthy' || code === 'activation-pending';

/** The best fix for most of the computers; null if that one can't be rehearsed. */
function commonFix(members: readonly Computer[]): FixId | null {
  const best = members.map(({ fixes, for: recipient }) =>
    fixes.find(
      (fix) =>
        !NOT_REHEARSED.includes(fix) && !(recipient !== 'this-pc' && WAYS_ROUND.includes(fix)),
    ),
  );
  const fix = mostCommon(best.map((one) => one ?? 'none'));
  return fix === 'none' ? null : fix;
}

/** Applies a fix to each PC, with parameters suggested by its own facts, and counts the PCs that recover. */
async function rehearseOnEach(
  fix: FixId,
  cases: readonly Computer[],
  context: CureContext,
): Promise<Counts & Pick<FleetCure, 'parameters'>> {
  const { alike, signal } = context;
  const given: GivenParameters[] = [];
  const counts = await countRecovering(cases, context, async (one, file) => {
    if (!one.fixes.includes(fix)) return null;
    const { parameters, effect } = await alike.once(`each ${fix}`, file, () =>
      rehearse(fix, file, signal),
    );
    given.push(parameters);
    return effect;
  });
  return { ...counts, parameters: given.length === 0 ? {} : given.reduce(inBoth) };
}

/** Applies a fix to a copy of a PC. */
async function rehearse(
  fix: FixId,
  file: ScenarioFile,
  signal: AbortSignal,
): Promise<{ readonly parameters: GivenParameters; readonly effect: Effect }> {
  // Hosts are filled in first: a case omits whatever matches the default PC, and the copy no longer does.
  const hosts = completeScenario(file).hosts as ScenarioFile['hosts'];
  const copy = { ...file, hosts, computer: { ...file.computer, elevated: true } };
  const state = await verdictOf(copy, signal);
  const { view } = state;
  const known = { snapshot: view.snapshot, expectedHosts: file.expectedHosts ?? [] };
  const rehearsals = new Rehearsals(known, copy, { simulate: createScenarioComputer, signal });
  const parameters = fixOf(fix).initial?.(view) ?? {};
  const done = await rehearsals.apply(fix, parameters, state);
  if (done === null) return { parameters, effect: null };
  const { code } = done.state.verdict;
  if (isWell(code)) return { parameters, effect: 'heals' };
  // Facts the fault made unreadable remain unknown after the fix, but nothing else is wrong.
  const mayHeal = !view.licenceRead && code === 'cannot-diagnose';
  return { parameters, effect: mayHeal ? 'mayHeal' : null };
}

/** The entries that are equal in both records. */
function inBoth(one: GivenParameters, other: GivenParameters): GivenParameters {
  return Object.fromEntries(
    Object.entries(one).filter(([name, value]) => String(lookUp(other, name)) === String(value)),
  );
}
