/** Verdicts on a KMS host, based on its own facts or on what it reported to a client. */
import type { AdminMessage } from '@shared/admin-message';
import { explainError, formatErrorCode, verdictOfError } from '@shared/error-codes';
import { decodeEvent, publishedDomain } from '@shared/events';
import { CLIENT_ACTIVATION_THRESHOLD, SERVER_ACTIVATION_THRESHOLD } from '@shared/kms';
import { joinShort, message, type Message } from '@shared/message';
import { dnsPublishingRefused } from '../../admin-instructions/dns-messages';
import * as messages from '../../admin-instructions/messages';
import { KMS_FIREWALL_RULE } from '../../changes/firewall-rule';
import { joinDomains } from '../../checks/finding';
import { publishDomains } from '../../facts/candidate-domains';
import { every, some } from '../../facts/outstanding';
import { valueOr } from '../../facts/fact-types';
import { aboutKmsHost, aboutOwnDomain } from '../about';
import { isServer, missingOnHost, newest, type Assessment } from '../assessment';
import { clientsWithOneId, needOnlyServerCount } from '../attempts';
import { srvPresence } from '../../facts/answers';
import { asPublishLookup, staleOwnTargets } from '../own-records';
import { lastError, remedyOf } from '../parameters';
import {
  certainIf,
  certainOnlyIf,
  CLIENT_OR_HOST,
  holdsIf,
  onLastError,
  type RuleResult,
  type VerdictRules,
} from '../rule';

/** Whether a KMS host's own record is missing while publishing is in the given state. */
function ownRecordMissing(view: Assessment, state: 'on' | 'off'): RuleResult {
  const isMissing = some(view.ownRecords, ({ presence }) => presence === 'absent');
  // If no server answers, the record is missing only in the resolver's cache, which may be older than the record.
  if (isMissing) return view.publishing === state ? certainIf(view.anyServerAnswers) : 'open';
  // Without the publish list there may be domains that weren't queried.
  const all =
    view.ownDomainsRead && every(view.ownRecords, ({ presence }) => presence !== 'unread');
  return all ? 'no' : 'open';
}

/** Whether this KMS host gets no response from its own port. */
const isDroppedHere = ({ snapshot: { ownPort } }: Assessment): boolean =>
  some(ownPort, ({ connected }) => valueOr(connected, null)?.outcome === 'filtered');

const missingDomains = ({ ownRecords }: Assessment) =>
  joinDomains(ownRecords.filter(({ presence }) => presence === 'absent'));

/** A domain that lacks the record. */
interface Lacking {
  readonly domain: string;
  /** Hosts named by the records in that domain. */
  readonly named: readonly string[];
  /**
   * Error of the failed publishing (event 12293), or 0 if the event has no code; null unless that's the newest event,
   * rather than a success (12294).
   */
  readonly error: number | null;
}

function lackingDomains({ snapshot, ownRecords }: Assessment): Lacking[] {
  const { events, now, lookups } = snapshot;
  const published = valueOr(events, []).map((event) => ({ event, about: publishedDomain(event) }));
  return ownRecords.flatMap(({ domain, presence }) => {
    const lookup = lookups.find((one) => one.domain === domain);
    if (presence !== 'absent' || lookup === undefined) return [];
    const { records } = srvPresence(snapshot, asPublishLookup(lookup));
    const named = records.map(({ target }) => target);
    const said = published.filter(({ about }) => about === domain).map(({ event }) => event);
    const last = newest(said, [12293, 12294], now);
    const error = last?.id === 12293 ? (decodeEvent(last)?.code ?? 0) : null;
    return [{ domain, named, error }];
  });
}

/** DNS errors for an update in a zone that doesn't exist: DNS_ERROR_RCODE_NAME_ERROR, DNS_INFO_NO_RECORDS. */
const NO_SUCH_ZONE: readonly (number | null)[] = [0x8007232b, 0x8007251d];

/** Whether DNS no longer knows a domain of the publish list, rather than refusing its record. */
const isGone =
  ({ domains }: Assessment) =>
  ({ domain, error }: Lacking): boolean =>
    NO_SUCH_ZONE.includes(error) && !domains.suffixes.includes(domain);

const publishingErrors = (view: Assessment): string =>
  joinShort(lackingDomains(view).flatMap(({ error }) => (error ? [formatErrorCode(error)] : [])));

/**
 * Returns what helps if this host's record is missing: the most specific cause known, or else the DNS update's error.
 */
function publishingNote(view: Assessment): Message | null {
  const lacking = lackingDomains(view);
  const domains = joinDomains(lacking.filter(isGone(view)));
  if (domains !== '') return message('verdicts.publishingNoDomain', { domains });
  // Other hosts that have the record in domains where this one's is missing.
  const hosts = joinShort(lacking.flatMap(({ named }) => named));
  if (hosts !== '') return message('verdicts.publishingOwned', { hosts });
  // A publish list without this PC's domain may be why the record is missing.
  const listed = publishDomains(valueOr(view.snapshot.publishList, null));
  const unlisted = lacking.find(({ domain }) => !listed.includes(domain));
  if (listed.length > 0 && unlisted?.error === null) {
    return message('verdicts.publishingUnlisted', { domain: unlisted.domain });
  }
  const [known] = lacking.flatMap(({ error }) => explainError(error ?? 0) ?? []);
  return known === undefined || known.code === 0
    ? null
    : message('verdicts.remedyOfError', { error: known.hex });
}

/** Returns a message to the admin of the first zone that DNS does know. */
function askForOwnRecord(view: Assessment): AdminMessage | null {
  const first = lackingDomains(view).find((one) => !isGone(view)(one));
  if (first === undefined) return null;
  const { domain, named, error } = first;
  return dnsPublishingRefused(view, domain, error === 0 ? null : error, joinShort(named));
}

const refusedClients = ({ served }: Assessment) =>
  served.filter(({ code }) => verdictOfError(code) === 'kms-host-cannot-activate-this-product');

/** Whether a KMS host refused because it's a virtual machine, which can't be one on that version of Windows. */
const isVirtualHost = (code: number | null): boolean => missingOnHost(code) === 'vm-support';

/** Whether this KMS host refused its clients because it's a virtual machine, which no key changes. */
const isVirtualHere = (view: Assessment): boolean =>
  refusedClients(view).every(({ code }) => isVirtualHost(code));

const names = (clients: Assessment['served']) => joinShort(clients.map(({ label }) => label));

/** Whether clients may be unable to reach this KMS host, which would explain its low count. */
const isBehindFirewall = (view: Assessment): boolean =>
  view.role === 'kms-host' && valueOr(view.snapshot.firewallRule, null) === false;

/** Whether this KMS host has had no requests, according to its count and its events. */
const isUnused = ({ count, served, snapshot: { events } }: Assessment): boolean =>
  count === 0 && events.ok && served.length === 0;

/**
 * Whether an unused host isn't a server: probably a PC whose image has a KMS host key, rather than an intended host.
 */
const isUnusedPc = (view: Assessment): boolean => {
  const { system } = view.snapshot;
  return view.role === 'kms-host' && isUnused(view) && system.ok && !system.value.server;
};

const ownCount = ({ count }: Assessment) => count ?? 0;

const hereOrThere = ({ role }: Assessment) => (role === 'kms-host' ? 'summaryHere' : 'summary');

/** Whether a port differs from the one on which this KMS host listens. */
const isOtherPort = (port: number, { ownPort }: Assessment['snapshot']): boolean =>
  ownPort.length > 0 && ownPort.every((own) => own.port !== port);

/** Selects the summary for a KMS host without problems: whether its records lead to it, as far as it can tell. */
export function summaryOfWorkingHost({
  ownRecords,
  ownDomainsRead,
  targets,
  snapshot,
}: Assessment) {
  if (!ownDomainsRead) return 'summaryHostUnread';
  const misled = staleOwnTargets(targets, snapshot);
  if (misled.length > 0 && misled.every(({ port }) => isOtherPort(port, snapshot))) {
    return 'summaryHostOtherPort';
  }
  if (misled.length > 0) return 'summaryHostOldAddress';
  if (ownRecords.length === 0) return 'summaryHostUnfound';
  return ownRecords.every(({ presence }) => presence === 'found')
    ? 'summaryHost'
    : 'summaryHostUnread';
}

export const kmsHostRules = {
  'kms-host-not-activated': {
    scope: CLIENT_OR_HOST,
    evaluate: onLastError(({ role, licence }) =>
      holdsIf(role === 'kms-host' && licence?.licensed === false),
    ),
    because: ['kms-host-activated'],
    explains: ['kms-count-too-low'],
    procedure: 'configure-kms-host',
    fixes: ['activate-now', 'activate-by-phone', 'install-kms-host-key'],
    // On a client, all of these are part of one message to the host's admin.
    offers: (fix, view) => fix === 'activate-now' || view.role === 'kms-host',
    about: aboutKmsHost,
    note: ({ role, lastError: error }) => (role === 'kms-host' ? remedyOf(error) : null),
    message: messages.kmsHostNotActivated,
    summary: hereOrThere,
    say: { error: lastError },
  },
  'kms-host-cannot-activate-this-product': {
    scope: CLIENT_OR_HOST,
    evaluate: (view, code) => {
      if (view.role !== 'kms-host') return onLastError()(view, code);
      if (view.licence?.licensed !== true) return 'no';
      return view.snapshot.events.ok ? holdsIf(refusedClients(view).length > 0) : 'open';
    },
    because: ({ role }) => [role === 'kms-host' ? 'kms-host-requests' : 'last-activation-error'],
    procedure: 'configure-kms-host',
    fixes: ['assign-kms-host', 'install-mak', 'activate-now', 'install-kms-host-key'],
    about: aboutKmsHost,
    message: messages.kmsHostCannotActivate,
    offers: (fix, { role }) => (fix === 'install-kms-host-key') === (role === 'kms-host'),
    note: (view) => {
      if (view.role !== 'kms-host' || isVirtualHere(view)) return null;
      return message(isServer(view) ? 'verdicts.hostKeyVersions' : 'verdicts.hostOnClient');
    },
    summary: (view) => {
      if (view.role !== 'kms-host') {
        return isVirtualHost(view.lastError) ? 'summaryVirtual' : 'summary';
      }
      return isVirtualHere(view) ? 'summaryHereVirtual' : 'summaryHere';
    },
    say: { error: lastError, clients: (view) => names(refusedClients(view)) },
  },
  'duplicate-client-ids': {
    scope: ['kms-host'],
    evaluate: (view) => {
      if (view.count === null) return 'open';
      if (view.count >= CLIENT_ACTIVATION_THRESHOLD) return 'no';
      return view.snapshot.events.ok
        ? holdsIf(clientsWithOneId(view.served).clients.length > 0)
        : 'open';
    },
    explains: ['kms-count-too-low'],
    because: ['kms-host-count', 'kms-host-requests'],
    procedure: 'configure-kms-host',
    fixes: [],
    summary: ({ served }) => (clientsWithOneId(served).mayBeRenamed ? 'summaryRenamed' : 'summary'),
    say: {
      count: ownCount,
      clients: ({ served }) => names(clientsWithOneId(served).clients),
    },
  },
  'kms-count-too-low': {
    scope: CLIENT_OR_HOST,
    evaluate: onLastError((view) => {
      if (view.role !== 'kms-host') return 'no';
      if (view.count === null) return 'open';
      if (view.count >= CLIENT_ACTIVATION_THRESHOLD) return 'no';
      if (view.count < SERVER_ACTIVATION_THRESHOLD) return 'certain';
      return needOnlyServerCount(view.served) ? 'no' : 'likely';
    }),
    because: ['kms-host-count'],
    procedure: 'configure-kms-host',
    fixes: ['install-mak', 'activate-now', 'return-to-kms'],
    fixesFor: (view) => {
      if (view.role !== 'kms-host') return ['install-mak', 'activate-now'];
      return isUnused(view) ? ['return-to-kms'] : [];
    },
    about: aboutKmsHost,
    message: (view) => {
      if (isUnusedPc(view)) return messages.kmsCountTooLow(view, 'kms-host-key-on-a-pc');
      const words = isBehindFirewall(view) ? 'kms-host-behind-firewall' : 'kms-count-too-low-here';
      return messages.kmsCountTooLow(view, words);
    },
    summary: (view) => {
      if (isBehindFirewall(view)) return 'summaryBehindFirewall';
      return isUnusedPc(view) ? 'summaryUnusedPc' : hereOrThere(view);
    },
    say: { error: lastError, count: ownCount },
  },
  'dns-publishing-disabled': {
    scope: ['kms-host'],
    evaluate: (view) => (view.publishing === 'on' ? 'no' : ownRecordMissing(view, 'off')),
    because: ['dns-publishing-enabled', 'publish-list'],
    procedure: 'check-kms-host',
    fixes: ['set-dns-publishing'],
    about: aboutOwnDomain,
    say: { missingDomains },
  },
  'dns-publishing-refused': {
    scope: ['kms-host'],
    evaluate: (view) => {
      if (view.publishing === 'off') return 'no';
      const isReported = () => lackingDomains(view).some(({ error }) => error !== null);
      return certainOnlyIf(ownRecordMissing(view, 'on'), isReported);
    },
    because: ['dns-publishing-enabled', 'publish-list', 'dns-publishing-events'],
    procedure: 'publish-in-multiple-domains',
    fixes: ['restart-licensing-service', 'create-srv-record'],
    about: aboutOwnDomain,
    message: askForOwnRecord,
    note: publishingNote,
    summary: (view) => (publishingErrors(view) === '' ? 'summary' : 'summaryFailed'),
    say: { missingDomains, errors: publishingErrors },
  },
  'kms-firewall-closed': {
    scope: ['kms-host'],
    evaluate: ({ snapshot: { firewallRule, ownPort } }) => {
      if (firewallRule.ok && firewallRule.value === false) return 'certain';
      const outcomes = ownPort.map(({ connected }) => valueOr(connected, null)?.outcome ?? null);
      if (outcomes.includes('open')) return firewallRule.ok ? 'no' : 'open';
      if (outcomes.length === 0 || outcomes.includes(null)) return 'open';
      return certainIf(firewallRule.ok);
    },
    because: ['kms-host-firewall', 'kms-host-listening'],
    procedure: 'configure-kms-host',
    fixes: ['open-kms-firewall', 'restart-licensing-service'],
    note: (view) =>
      isDroppedHere(view) && valueOr(view.snapshot.firewallRule, undefined) === null
        ? message('fixes.notHere.noFirewallRule', { rule: KMS_FIREWALL_RULE })
        : null,
    summary: (view) => {
      const { firewallRule } = view.snapshot;
      if (firewallRule.ok && firewallRule.value === false) return 'summary';
      return isDroppedHere(view) ? 'summaryDropped' : 'summaryNotListening';
    },
  },
} satisfies Partial<VerdictRules>;
