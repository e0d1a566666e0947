/** Sentences about many computers, shared by the console, the HTML page and the window. */
import type { FleetCure, FleetGroup, FleetReport } from './fleet';
import type { Translate } from './i18n';
import { capitalized } from './message';
import en from './locales/en.json';
import { KMS_PORT } from './kms';
import { formatEndpoint } from './names';

/** Titles for use within a sentence, by verdict; the other verdicts have none. */
const TITLES = en.fleet.words.title;

/** Texts for the outcomes of a remote diagnosis; `other` is for the rest. */
const REACHES = en.fleet.words.reach;

type Titles = Pick<FleetGroup, 'code' | 'about'>;

/** Describes briefly why computers weren't reached. */
export function describeReach(outcome: string, t: Translate): string {
  const isKnown = (one: string): one is keyof typeof REACHES => Object.hasOwn(REACHES, one);
  return t(`fleet.words.reach.${isKnown(outcome) ? outcome : 'other'}`, { outcome });
}

/** Returns a short title of what a group has in common, e.g. `No KMS record in branch.contoso.com`. */
export function groupTitle(group: Titles, t: Translate): string {
  return capitalized(causeOf(group, t));
}

/** The same title for use within a sentence; the verdict's name if a part that the title mentions is unknown. */
function causeOf({ code, about }: Titles, t: Translate): string {
  const { domain, server, host, port, code: error } = about;
  const endpoint = host !== null && port !== null ? formatEndpoint(host, port) : host;
  const parts = Object.entries({ domain, server, host, endpoint, code: error });
  const isTitled = (one: string): one is keyof typeof TITLES => Object.hasOwn(TITLES, one);
  const lacks = (title: string): boolean =>
    parts.some(([name, value]) => value === null && title.includes(`{{${name}}}`));
  if (!isTitled(code) || lacks(TITLES[code])) return t(`verdicts.${code}.name`);
  const params = Object.fromEntries(parts.map(([name, value]) => [name, value ?? '']));
  return t(`fleet.words.title.${code}`, params);
}

/** Describes a group's fix and how many PCs it fixes, or the advice if no fix is known. */
export function cureSentence(cure: FleetCure | null, t: Translate): string {
  return cure === null
    ? t('fleet.words.noCure')
    : capitalized(cureWords(cure, effectOf(cure, t), t));
}

function cureWords(cure: FleetCure, effect: string, t: Translate): string {
  const on = t(`fleet.words.on.${cure.on}`);
  return t('fleet.words.cure', { doing: doingOf(cure, t), on, effect });
}

function doingOf({ fix, parameters }: FleetCure, t: Translate): string {
  const { host, port, domain: inDomain, domains } = parameters;
  if (fix === 'create-srv-record' && typeof host === 'string') {
    // A record that replaces another one may differ from it only in the port.
    const isPortSaid = typeof port === 'number' && (port !== KMS_PORT || inDomain === undefined);
    return t('fleet.words.record', { host: isPortSaid ? formatEndpoint(host, port) : host });
  }
  const domain: unknown = Array.isArray(domains) ? domains[0] : null;
  if (fix === 'set-publish-list' && typeof domain === 'string') {
    return t('fleet.words.publish', { domain });
  }
  return t(`fleet.words.doing.${fix}`);
}

function effectOf({ fix, parameters, heals, mayHeal, rehearsed }: FleetCure, t: Translate): string {
  const say = (name: 'some' | 'more' | 'may', count: number): string =>
    t(`fleet.words.effect.${name}`, { count, mayHeal });
  // Without a known host, no record was rehearsed.
  const isTried = rehearsed && (fix !== 'create-srv-record' || 'host' in parameters);
  if (heals + mayHeal === 0) return t(`fleet.words.effect.${isTried ? 'none' : 'unknown'}`);
  if (heals === 0) return say('may', mayHeal);
  return mayHeal === 0 ? say('some', heals) : say('more', heals);
}

/** The same effect, shown next to the number of PCs concerned. */
function effectOnAll(cure: FleetCure, count: number, t: Translate): string {
  const { heals, mayHeal } = cure;
  if (count <= 1 || heals + mayHeal !== count) return effectOf(cure, t);
  if (mayHeal === 0) return t('fleet.words.effect.all', { heals });
  return t(heals === 0 ? 'fleet.words.effect.mayAll' : 'fleet.words.effect.probablyAll', { heals });
}

/**
 * Describes how many computers share a cause, the cause itself, and what fixes how many of them, e.g. `412 of 500 PCs
 * share one cause: no KMS record in branch.contoso.com; creating it …`.
 *
 * @param computers number of computers in the whole fleet
 */
export function groupSentence(group: FleetGroup, computers: number, t: Translate): string {
  const { count, cure, code } = group;
  // An unknown cause isn't one that the PCs share.
  if (code === 'cannot-diagnose') {
    return t(computers === 1 ? 'fleet.words.undiagnosedOnly' : 'fleet.words.undiagnosed', {
      count,
      computers,
    });
  }
  const title = causeOf(group, t);
  const cause =
    cure === null
      ? title
      : t('fleet.words.withCure', {
          cause: title,
          cure: cureWords(cure, effectOnAll(cure, count, t), t),
        });
  if (computers === 1) return t('fleet.words.only', { cause });
  return t('fleet.words.share', { count, computers, cause });
}

/** Returns the leading sentence about a fleet: the most common cause with its fix, or that there is none. */
export function fleetSentence(
  { computers, healthy, groups: [widest] }: FleetReport,
  t: Translate,
): string {
  if (computers === 0) return t('fleet.words.nothing');
  if (widest !== undefined) return groupSentence(widest, computers, t);
  if (healthy === computers) return t('fleet.words.healthy', { count: computers });
  return t('fleet.words.unreached', { count: computers - healthy, computers });
}

/** The same sentence without the fix, for use next to it. */
export function fleetHeadline(report: FleetReport, t: Translate): string {
  const groups = report.groups.slice(0, 1).map((widest) => ({ ...widest, cure: null }));
  return fleetSentence({ ...report, groups }, t);
}

/** Returns the status that matches this sentence. */
export function fleetLight({ computers, healthy, groups: [widest] }: FleetReport) {
  if (widest !== undefined) return widest.code === 'cannot-diagnose' ? 'unknown' : 'fail';
  return computers > 0 && healthy === computers ? 'pass' : 'unknown';
}
