/**
 * The verdict: one root cause. The table below is the contract's ("Verdicts"), a rule a row, read from the top;
 * the first that holds is the verdict, the others that hold were also found.
 *
 * A rule holds on facts that were read. `open` says that a fact which could not be read might have made it hold:
 * whatever is found below it is then likely, not certain.
 */
import {
  fixDefinition,
  VERDICTS,
  type CheckId,
  type FixId,
  type VerdictCode,
  type VerdictDefinition,
} from '@shared/catalogue';
import { verdictOfError } from '@shared/error-codes';
import { CLIENT_COUNT, SERVER_COUNT } from '@shared/kms';
import type { Verdict } from '@shared/diagnosis';
import { wordsOf } from './verdict-words';
import { daysLeft, isClockOff, assess, type Assessment } from './assessment';
import { every, some } from '../facts/outstanding';
import {
  resolverHasAddress,
  resolverHasRecord,
  everyServerAsked,
  type FactSnapshot,
  type SrvLookup,
} from '../facts/fact-snapshot';

/** Whether a rule holds; `certain` when all of its own facts were read. */
type RuleResult = 'no' | 'open' | 'likely' | 'certain';

interface Rule {
  readonly code: VerdictCode;
  /** The checks that show it. */
  readonly because: readonly CheckId[] | ((view: Assessment) => readonly CheckId[]);
  readonly evaluate: (view: Assessment) => RuleResult;
}

const holdsIf = (condition: boolean): RuleResult => (condition ? 'certain' : 'no');
const certainIf = (certain: boolean): RuleResult => (certain ? 'certain' : 'likely');

/** A rule on the last error alone, or together with something else that was read. */
const onLastError =
  (code: VerdictCode, or?: (view: Assessment) => RuleResult) =>
  (view: Assessment): RuleResult => {
    if (verdictOfError(view.lastError) === code) return 'certain';
    const other = or?.(view) ?? 'no';
    if (other !== 'no') return other;
    return view.lastErrorOpen || !view.licenceRead ? 'open' : 'no';
  };

const RULES: readonly Rule[] = [
  {
    code: 'licensing-service-unavailable',
    because: ['licensing-service'],
    evaluate: ({ situation: { sppsvc, licence, service, events } }) => {
      if (!sppsvc.ok) return 'open';
      if (sppsvc.value === null || sppsvc.value.start === 'disabled') return 'certain';
      const failed = [licence, service].filter((reading) => !reading.ok);
      if (failed.length === 0) return 'no';
      // Events come from the same tool: it works, and what it asks for the licence does not answer.
      return events.ok && failed.some((reading) => reading.reason === 'tool-failed')
        ? 'likely'
        : 'open';
    },
  },
  {
    code: 'no-product-key',
    because: ['product-key-installed'],
    evaluate: (view) => (view.licenceRead ? holdsIf(view.licence === null) : 'open'),
  },
  {
    code: 'product-key-rejected',
    because: ['last-activation-error'],
    evaluate: onLastError('product-key-rejected'),
  },
  {
    code: 'not-a-kms-client',
    because: ['product-key-channel', 'licence-status'],
    evaluate: (view) => {
      const { licence } = view;
      if (!view.licenceRead) return 'open';
      if (licence === null || licence.licensed) return 'no';
      return holdsIf(
        ['retail', 'oem', 'avma', 'mak', 'evaluation'].includes(licence.channel.class) &&
          verdictOfError(view.lastError) !== 'product-key-rejected',
      );
    },
  },
  {
    code: 'clock-skew',
    because: (view) => [isClockOff(view) ? 'clock-offset' : 'last-activation-error'],
    evaluate: onLastError('clock-skew', (view) =>
      view.situation.clock.ok ? holdsIf(isClockOff(view)) : 'open',
    ),
  },
  {
    code: 'dns-server-not-configured',
    because: ['dns-server-configured'],
    evaluate: ({ situation: { servers } }) =>
      servers.ok ? holdsIf(servers.value.length === 0) : 'open',
  },
  {
    code: 'dns-server-unreachable',
    because: ['dns-server-answers'],
    evaluate: (view) => {
      const { situation } = view;
      if (!situation.servers.ok) return 'open';
      if (situation.servers.value.length === 0 || view.anyServerAnswers) return 'no';
      if (!everyServerAsked(situation)) return 'open';
      if (view.resolverFinds === true) return 'no';
      const isResolverDumb = !situation.resolverTakesPart || !view.windows;
      return certainIf(isResolverDumb || view.resolverFinds === false);
    },
  },
  {
    code: 'dns-server-failing',
    because: ['dns-server-answers'],
    evaluate: (view) => {
      if (!view.onlyFailingAnswers) return 'no';
      return everyServerAsked(view.situation) ? 'certain' : 'open';
    },
  },
  {
    code: 'assigned-host-unresolvable',
    because: ['assigned-host-resolves'],
    evaluate: assigned((view) => (view.assignedPresence === 'absent' ? 'certain' : 'no')),
  },
  {
    code: 'assigned-host-unreachable',
    because: ['assigned-host-answers'],
    evaluate: assigned((view) =>
      holdsIf(view.assignedReach === 'refused' || view.assignedReach === 'filtered'),
    ),
  },
  {
    code: 'assigned-host-not-kms',
    because: ['assigned-host-answers'],
    evaluate: assigned((view) => holdsIf(view.assignedReach === 'not-kms')),
  },
  {
    code: 'srv-record-missing',
    because: ['srv-record-published'],
    evaluate: discovered((view) => {
      if (hasRecord(view.others) || view.unqualified?.presence === 'found') return 'no';
      if (view.candidates.length === 0) return view.domains.complete ? 'no' : 'open';
      if (!some(view.candidates, ({ presence }) => presence === 'absent')) return 'open';
      const asked = [
        ...view.candidates,
        ...view.others,
        ...(view.unqualified ? [view.unqualified] : []),
      ];
      return certainIf(
        view.domains.complete && every(asked, ({ presence }) => presence !== 'unread'),
      );
    }),
  },
  {
    code: 'srv-record-in-other-domain',
    because: ['srv-record-published', 'srv-record-other-domains'],
    evaluate: discovered((view) => {
      if (!hasRecord(view.others)) return isUnread(view.others) ? 'open' : 'no';
      return noCandidateHasIt(view);
    }),
  },
  {
    code: 'srv-record-bare-name',
    because: ['srv-record-published', 'srv-record-bare-name'],
    evaluate: discovered((view) => {
      if (hasRecord(view.others)) return 'no';
      if (view.unqualified === null || view.unqualified.presence === 'absent') return 'no';
      if (view.unqualified.presence === 'unread') return 'open';
      return isUnread(view.others) ? 'likely' : noCandidateHasIt(view);
    }),
  },
  {
    code: 'client-resolver-disagrees',
    because: ['resolver-agrees'],
    evaluate: (view) => {
      if (!view.situation.resolverTakesPart || !view.anyServerAnswers) return 'no';
      const published = view.candidates.filter(({ presence }) => presence === 'found');
      const seen = (is: boolean) => (lookup: SrvLookup) => resolverHasRecord(lookup) === is;
      // Windows goes through its suffixes: one domain in which it finds the record is enough.
      if (published.length > 0 && every(published, seen(false))) return 'certain';
      const names = view.targets.flatMap(({ lookups }) => lookups);
      if (some(names, (name) => resolverHasAddress(name) === false)) return 'certain';
      const open = published.length > 0 && !some(published, seen(true));
      return open || some(names, (name) => resolverHasAddress(name) === null) ? 'open' : 'no';
    },
  },
  {
    code: 'srv-target-unresolvable',
    because: ['srv-target-addresses'],
    evaluate: ({ situation, targets }) => {
      if (targets.length === 0) return 'no';
      if (some(targets, ({ presence }) => presence === 'found')) return 'no';
      if (!some(targets, ({ presence }) => presence === 'absent')) return 'open';
      const all = situation.targetsLeftOut === 0;
      return certainIf(all && every(targets, ({ presence }) => presence === 'absent'));
    },
  },
  {
    code: 'kms-port-filtered',
    because: ['kms-port-reachable'],
    evaluate: reached((reaches) => {
      if (reaches.some((reach) => reach === 'kms' || reach === 'not-kms')) return 'no';
      if (!reaches.includes('filtered')) return reaches.includes('unread') ? 'open' : 'no';
      return certainIf(!reaches.includes('unread'));
    }),
  },
  {
    code: 'kms-service-not-listening',
    because: ['kms-port-reachable'],
    evaluate: reached((reaches) => {
      if (reaches.some((reach) => reach !== 'refused' && reach !== 'unread')) return 'no';
      if (!reaches.includes('refused')) return 'open';
      return certainIf(!reaches.includes('unread'));
    }),
  },
  {
    code: 'not-a-kms-host',
    because: ['kms-service-answers'],
    evaluate: reached((reaches) => {
      if (reaches.includes('kms')) return 'no';
      if (!reaches.includes('not-kms')) return reaches.includes('unread') ? 'open' : 'no';
      return certainIf(!reaches.includes('unread'));
    }),
  },
  {
    code: 'kms-host-not-activated',
    because: ['kms-host-activated'],
    evaluate: onLastError('kms-host-not-activated', ({ role, licence }) =>
      holdsIf(role === 'kms-host' && licence?.licensed === false),
    ),
  },
  {
    code: 'kms-host-cannot-activate-this-product',
    because: ['last-activation-error'],
    evaluate: onLastError('kms-host-cannot-activate-this-product'),
  },
  {
    code: 'kms-count-too-low',
    because: ['kms-host-count'],
    evaluate: onLastError('kms-count-too-low', (view) => {
      if (view.role !== 'kms-host') return 'no';
      if (!view.situation.service.ok) return 'open';
      if (view.count === null || view.count >= CLIENT_COUNT) return 'no';
      return certainIf(view.count < SERVER_COUNT);
    }),
  },
  {
    code: 'dns-publishing-disabled',
    because: ['dns-publishing-enabled', 'publish-list'],
    evaluate: (view) => (view.publishing === 'on' ? 'no' : ownRecordMissing(view, 'off')),
  },
  {
    code: 'dns-publishing-refused',
    because: ['dns-publishing-enabled', 'publish-list', 'dns-publishing-events'],
    evaluate: (view) => {
      if (view.publishing === 'off') return 'no';
      const missing = ownRecordMissing(view, 'on');
      return missing === 'certain' && view.newestPublishEvent?.id !== 12293 ? 'likely' : missing;
    },
  },
  {
    code: 'kms-firewall-closed',
    because: ['kms-host-firewall', 'kms-host-listening'],
    evaluate: ({ situation: { firewallRule, ownPort } }) => {
      if (firewallRule.ok && firewallRule.value === false) return 'certain';
      const outcomes = ownPort.map(({ connected }) =>
        connected.ok ? connected.value.outcome : null,
      );
      if (outcomes.includes('open')) return firewallRule.ok ? 'no' : 'open';
      if (outcomes.length === 0 || outcomes.includes(null)) return 'open';
      return certainIf(firewallRule.ok);
    },
  },
  {
    code: 'access-denied',
    because: ['last-activation-error'],
    evaluate: onLastError('access-denied'),
  },
  {
    code: 'activation-pending',
    because: ['licence-status', 'kms-service-answers'],
    evaluate: (view) =>
      holdsIf(view.role === 'kms-client' && view.licence?.licensed === false && view.pathIsHealthy),
  },
  {
    code: 'healthy',
    because: (view) => {
      if (!view.windows) return ['kms-service-answers'];
      if (view.role === 'kms-host') {
        return ['kms-host-activated', 'publish-list', 'kms-host-listening'];
      }
      return view.activatedOtherwise
        ? ['licence-status']
        : ['licence-status', 'kms-service-answers'];
    },
    evaluate: (view) =>
      holdsIf(view.windows ? view.licence?.licensed === true : view.pathIsHealthy),
  },
];

const LAST: VerdictCode = 'cannot-diagnose';

const ON_THE_WAY: readonly VerdictCode[] = [
  'dns-server-not-configured',
  'dns-server-unreachable',
  'dns-server-failing',
  'srv-record-missing',
  'srv-record-in-other-domain',
  'srv-record-bare-name',
  'client-resolver-disagrees',
  'srv-target-unresolvable',
  'kms-port-filtered',
  'kms-service-not-listening',
  'not-a-kms-host',
];
const OF_ANY_LICENCE: readonly VerdictCode[] = [
  'licensing-service-unavailable',
  'no-product-key',
  'product-key-rejected',
];
const ON_KMS_HOST: readonly VerdictCode[] = [
  ...OF_ANY_LICENCE,
  'dns-server-not-configured',
  'dns-server-unreachable',
  'dns-server-failing',
  'kms-host-not-activated',
  'kms-count-too-low',
  'dns-publishing-disabled',
  'dns-publishing-refused',
  'kms-firewall-closed',
  'access-denied',
  'healthy',
];
const ONLY_KMS_HOST: readonly VerdictCode[] = [
  'dns-publishing-disabled',
  'dns-publishing-refused',
  'kms-firewall-closed',
];

/** Whether a row applies at all (contract.md, "Where they apply"). */
function applies(code: VerdictCode, view: Assessment): boolean {
  if (!view.windows) {
    return (
      (ON_THE_WAY.includes(code) && code !== 'client-resolver-disagrees') || code === 'healthy'
    );
  }
  if (view.activatedOtherwise) return OF_ANY_LICENCE.includes(code) || code === 'healthy';
  if (view.role === 'kms-host') return ON_KMS_HOST.includes(code);
  if (ONLY_KMS_HOST.includes(code)) return false;
  if (view.assignment === null) return true;
  if (code.startsWith('dns-server-')) return !view.assignment.isAddress;
  return !ON_THE_WAY.includes(code);
}

/** The verdict on a situation. Never throws. */
export function giveVerdict(situation: FactSnapshot): Verdict {
  return verdictOn(assess(situation));
}

/** The verdict on a view. It looks at what it rests on and nothing else, so the rules destructure no view. */
export function verdictOn(view: Assessment): Verdict {
  const found: { rule: Rule; certain: boolean }[] = [];
  let open = false;
  for (const rule of RULES) {
    if (!applies(rule.code, view)) continue;
    const alone = definitionOf(rule.code).alone === true;
    if (alone && found.length > 0) continue;
    const holding = rule.evaluate(view);
    if (holding === 'open') open = true;
    if (holding === 'certain' || holding === 'likely') {
      found.push({ rule, certain: holding === 'certain' && !open });
    }
  }
  const first = found[0];
  const code = first?.rule.code ?? LAST;
  const definition = definitionOf(code);
  return {
    code,
    certainty: first?.certain === true ? 'certain' : 'likely',
    ...wordsOf(code, view),
    daysLeft: code === 'healthy' ? null : daysLeft(view.licence),
    procedure: definition.procedure,
    because: first === undefined ? [] : checksOf(first.rule, view),
    fixes: fixesFor(definition, view),
    alsoFound: found.slice(1).map(({ rule }) => rule.code),
  };
}

function checksOf({ because }: Rule, view: Assessment): readonly CheckId[] {
  return typeof because === 'function' ? because(view) : because;
}

/** The fixes of a row that can be done here or handed over, best first. */
function fixesFor({ code, fixes }: VerdictDefinition, view: Assessment): FixId[] {
  const only = (...wanted: FixId[]): FixId[] => fixes.filter((fix) => wanted.includes(fix));
  const here = (fix: FixId): boolean => {
    if (!view.windows) return fixDefinition(fix).withoutWindows === 'yes';
    return !(view.role === 'kms-host' && fix === 'assign-kms-host');
  };
  const wanted = ((): readonly FixId[] => {
    switch (code) {
      case 'not-a-kms-client':
        return view.licence?.channel.class === 'mak' ? fixes : only('return-to-kms');
      case 'srv-record-in-other-domain': {
        const hidden = view.others.some(
          ({ domain, presence }) =>
            presence === 'found' &&
            domain !== null &&
            view.domains.shadowedDomains.includes(domain),
        );
        return hidden
          ? only('return-to-auto-discovery')
          : only('add-dns-suffix', 'set-lookup-domain', 'assign-kms-host');
      }
      case 'kms-count-too-low':
        return view.role === 'kms-host' ? [] : fixes;
      default:
        return fixes;
    }
  })();
  return wanted.filter(here);
}

function definitionOf(code: VerdictCode): VerdictDefinition {
  const found = VERDICTS.find((verdict) => verdict.code === code);
  if (found === undefined) throw new Error(`No verdict is called ${code}`);
  return found;
}

/** A rule on the host assigned by hand. */
function assigned(holds: (view: Assessment) => RuleResult): Rule['evaluate'] {
  return (view) => {
    if (!view.assignmentRead) return 'open';
    if (view.assignment === null) return 'no';
    const holding = holds(view);
    if (holding !== 'no') return holding;
    return view.assignedPresence === 'unread' ||
      (view.assignedPresence === 'found' && view.assignedReach === 'unread')
      ? 'open'
      : 'no';
  };
}

/** A rule on records: it cannot hold once a candidate domain has one. */
function discovered(holds: (view: Assessment) => RuleResult): Rule['evaluate'] {
  return (view) => (hasRecord(view.candidates) ? 'no' : holds(view));
}

/** A rule on how far the targets with an address were reached; how far those left out would be is not known. */
function reached(
  holds: (reaches: readonly Assessment['assignedReach'][]) => RuleResult,
): Rule['evaluate'] {
  return ({ situation, targets }) => {
    const reaches = targets.filter(({ probes }) => probes.length > 0).map(({ reach }) => reach);
    if (reaches.length === 0) return 'no';
    return holds(situation.targetsLeftOut > 0 ? [...reaches, 'unread'] : reaches);
  };
}

function hasRecord(lookups: Assessment['candidates']): boolean {
  return some(lookups, ({ presence }) => presence === 'found');
}

function isUnread(lookups: Assessment['candidates']): boolean {
  return some(lookups, ({ presence }) => presence === 'unread');
}

/** Certain when every candidate is known to lack it; open when none could be asked. */
function noCandidateHasIt({ candidates, domains }: Assessment): RuleResult {
  if (candidates.length === 0) return domains.complete ? 'certain' : 'open';
  if (!some(candidates, ({ presence }) => presence === 'absent')) return 'open';
  return certainIf(domains.complete && every(candidates, ({ presence }) => presence === 'absent'));
}

/** Whether a KMS host's own record is missing where publishing is in the state that a rule is about. */
function ownRecordMissing(view: Assessment, state: 'on' | 'off'): RuleResult {
  const isMissing = some(view.ownRecords, ({ presence }) => presence === 'absent');
  if (isMissing) return view.publishing === state ? 'certain' : 'open';
  // Without the list there may be domains that nobody asked about.
  const all =
    view.ownDomainsRead && every(view.ownRecords, ({ presence }) => presence !== 'unread');
  return all ? 'no' : 'open';
}
