/** What a verdict is about: columns of the rules. They look at nothing that their rules do not look at, but for events. */
import type { VerdictAbout } from '@shared/diagnosis';
import { formatErrorCode } from '@shared/error-codes';
import { canonicalName, isAddress, parseEndpoint } from '@shared/names';
import type { AskedAnswer } from '../facts/fact-snapshot';
import { ownFullName } from '../fixes/suggest';
import {
  attemptsOf,
  errorOfOffice,
  officeNotActivated,
  type AssessedTarget,
  type Assessment,
} from './assessment';
import { serversWith } from './parameters';

type About = (view: Assessment) => Partial<VerdictAbout>;

/** Of a verdict that is about the PC as a whole. */
export const ABOUT_NOTHING: VerdictAbout = {
  domain: null,
  server: null,
  host: null,
  port: null,
  code: null,
  product: null,
};

const written = (host: string): string => (isAddress(host) ? host : canonicalName(host));

/** The first domain in which Windows looks for a KMS record. */
export const aboutDomain: About = ({ domains }) => ({ domain: domains.candidates[0] ?? null });

/** The first domain that lacks a KMS host's own record. */
export const aboutOwnDomain: About = ({ ownRecords }) => ({
  domain: ownRecords.find(({ presence }) => presence === 'absent')?.domain ?? null,
});

/** The first configured DNS server with such an answer. */
export const aboutServer =
  (holds: (answer: AskedAnswer) => boolean): About =>
  (view) => ({ server: serversWith(view, holds)[0] ?? null });

/** The KMS host that is assigned. */
export const aboutAssigned: About = ({ assignment }) =>
  assignment === null ? {} : { host: written(assignment.host), port: assignment.port };

/** The first host that the records name. */
export const aboutTargetHost: About = ({ targets: [target] }) =>
  target === undefined ? {} : { host: target.host };

/** The first host that the records name and that was tried. */
export const aboutTarget: About = ({ targets }) => {
  const tried = targets.find(({ probes }: AssessedTarget) => probes.length > 0);
  return tried === undefined ? {} : { host: tried.host, port: tried.port };
};

/** The last error. */
export const aboutLastError: About = ({ lastError }) => ({
  code: lastError === null ? null : formatErrorCode(lastError),
});

/** The KMS host that refused Office, else the one that it would ask; null where that is not known. */
export function hostOfOffice(view: Assessment): string | null {
  const office = officeNotActivated(view);
  if (office === null) return null;
  const error = errorOfOffice(view);
  const asked = attemptsOf(view.snapshot, office).findLast(
    ({ code, host }) => code === error && host !== null,
  );
  const refused = parseEndpoint(asked?.host ?? assignedToOffice(view) ?? '')?.host;
  if (refused !== undefined) return written(refused);
  // Where Windows needs no KMS host, nobody looked for one that Office might ask.
  if (view.activatedOtherwise && !view.officeAlone) return null;
  const only = view.targets.length === 1 ? view.targets[0]?.host : undefined;
  const host = view.assignment?.host ?? only;
  return host === undefined ? null : written(host);
}

/** The KMS host that is set for Office alone; null where there is none. */
export function assignedToOffice(view: Assessment): string | null {
  const host = officeNotActivated(view)?.row['KeyManagementServiceMachine'];
  return typeof host === 'string' && parseEndpoint(host) !== null ? host : null;
}

/** The KMS host that refused, or this one. */
export const aboutKmsHost: About = (view) => ({ host: hostInQuestion(view) });

/** The KMS host of the attempt that ended with the last error, else the one that would be asked; on a KMS host itself. */
export function hostInQuestion(view: Assessment): string | null {
  const { snapshot, lastError, role, assignment, targets } = view;
  if (role === 'kms-host') {
    const name = snapshot.system.ok ? canonicalName(snapshot.system.value.name) : null;
    return ownFullName(view) ?? name;
  }
  const asked = view.attempts.findLast(({ code, host }) => code === lastError && host !== null);
  const refused = parseEndpoint(asked?.host ?? '')?.host;
  const only = targets.length === 1 ? targets[0]?.host : undefined;
  const host = refused ?? assignment?.host ?? only;
  return host === undefined ? null : written(host);
}
