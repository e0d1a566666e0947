/**
 * Subjects of verdicts, used as columns of the rules. Apart from events, they read only facts that their rules read.
 */
import type { VerdictAbout } from '@shared/diagnosis';
import { formatErrorCode } from '@shared/error-codes';
import { canonicalName, parseEndpoint, canonicalHost } from '@shared/names';
import type { QueryResult } from '../facts/fact-types';
import { ownFullName } from '../fixes/suggest';
import { attemptsOf, errorOfOffice, officeNotActivated, type Assessment } from './assessment';
import type { Attempt } from './attempts';
import { serversWith } from './parameters';

type HostsToUse = Pick<Assessment, 'assignment' | 'targets'>;

const NO_HOSTS: HostsToUse = { assignment: null, targets: [] };

type About = (view: Assessment) => Partial<VerdictAbout>;

/** Subject of a verdict that is about the PC as a whole. */
export const ABOUT_NOTHING: VerdictAbout = {
  domain: null,
  server: null,
  host: null,
  port: null,
  code: null,
  product: null,
};

/** The first domain in which Windows looks for a KMS record. */
export const aboutDomain: About = ({ domains }) => ({ domain: domains.candidates[0] ?? null });

/** The first domain that lacks a KMS host's own record. */
export const aboutOwnDomain: About = ({ ownRecords }) => ({
  domain: ownRecords.find(({ presence }) => presence === 'absent')?.domain ?? null,
});

/** The first configured DNS server with a matching answer. */
export const aboutServer =
  (holds: (answer: QueryResult) => boolean): About =>
  (view) => ({ server: serversWith(view, holds)[0] ?? null });

/** The assigned KMS host. */
export const aboutAssigned: About = ({ assignment }) =>
  assignment === null ? {} : { host: canonicalHost(assignment.host), port: assignment.port };

/** The first host that the records name. */
export const aboutTargetHost: About = ({ targets: [target] }) =>
  target === undefined ? {} : { host: target.host };

/** The first host that the records name and that was probed. */
export const aboutTarget: About = ({ targets }) => {
  const tried = targets.find(({ probes }) => probes.length > 0);
  return tried === undefined ? {} : { host: tried.host, port: tried.port };
};

/** The last error. */
export const aboutLastError: About = ({ lastError }) => ({
  code: lastError === null ? null : formatErrorCode(lastError),
});

/** Returns the host of the newest attempt that ended with an error; null if there is none. */
const lastAsked = (attempts: readonly Attempt[], error: number | null): string | null =>
  attempts.findLast(({ code, host }) => code === error && host !== null)?.host ?? null;

/** Returns a host in canonical form: that of an endpoint, or else the one that would be used; null if it's unknown. */
function hostOf(asked: string | null, { assignment, targets }: HostsToUse): string | null {
  const only = targets.length === 1 ? targets[0]?.host : undefined;
  const host = parseEndpoint(asked ?? '')?.host ?? assignment?.host ?? only;
  return host === undefined ? null : canonicalHost(host);
}

/** Returns the KMS host that refused Office, or else the one that it would use; null if that's unknown. */
export function hostOfOffice(view: Assessment): string | null {
  const office = officeNotActivated(view);
  if (office === null) return null;
  const asked = lastAsked(attemptsOf(view.snapshot, office), errorOfOffice(view));
  // If Windows needs no KMS host and Office isn't the KMS client, no host was looked up for Office.
  const isUnneeded = view.activatedOtherwise && !view.officeAlone;
  return hostOf(asked ?? assignedToOffice(view), isUnneeded ? NO_HOSTS : view);
}

/** Returns the KMS host that is assigned to Office only; null if there is none. */
export function assignedToOffice(view: Assessment): string | null {
  const host = officeNotActivated(view)?.row['KeyManagementServiceMachine'];
  return typeof host === 'string' && parseEndpoint(host) !== null ? host : null;
}

/** The KMS host that refused, or this one. */
export const aboutKmsHost: About = (view) => ({ host: hostInQuestion(view) });

/** Returns the KMS host that gave the last error, or else the one that would be used; on a KMS host, its own name. */
export function hostInQuestion(view: Assessment): string | null {
  if (view.role !== 'kms-host') return hostOf(lastAsked(view.attempts, view.lastError), view);
  const { system } = view.snapshot;
  return ownFullName(view) ?? (system.ok ? canonicalName(system.value.name) : null);
}
