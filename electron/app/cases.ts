/** The cases that come with the program, for training and trying out. */
import type { Translate } from '@shared/i18n';
import type { ExampleCase } from '@shared/ipc';
import assignedHostUnresolvable from './cases/assigned-host-unresolvable.json';
import clockSkew from './cases/clock-skew.json';
import dnsPublishingDisabled from './cases/dns-publishing-disabled.json';
import dnsServerUnreachable from './cases/dns-server-unreachable.json';
import kmsPortFiltered from './cases/kms-port-filtered.json';
import notAKmsClient from './cases/not-a-kms-client.json';
import srvRecordInOtherDomain from './cases/srv-record-in-other-domain.json';
import srvRecordMissing from './cases/srv-record-missing.json';

/** Scenario documents by id; the id is the verdict that each leads to. The commonest faults come first. */
const DOCUMENTS = {
  'srv-record-missing': srvRecordMissing,
  'srv-record-in-other-domain': srvRecordInOtherDomain,
  'kms-port-filtered': kmsPortFiltered,
  'dns-server-unreachable': dnsServerUnreachable,
  'assigned-host-unresolvable': assignedHostUnresolvable,
  'not-a-kms-client': notAKmsClient,
  'clock-skew': clockSkew,
  'dns-publishing-disabled': dnsPublishingDisabled,
} as const;

/** Id of a case that comes with the program. */
export type CaseId = keyof typeof DOCUMENTS;

/** Ids of all cases, in the order in which they are offered. */
export const CASE_IDS = Object.keys(DOCUMENTS) as readonly CaseId[];

/** The cases in a language. */
export function exampleCases(t: Translate): readonly ExampleCase[] {
  return CASE_IDS.map((id) => ({
    id,
    title: t(`cases.${id}.title`),
    description: t(`cases.${id}.description`),
  }));
}

/** The scenario document of a case, as its file has it; null for an id that there is not. */
export function caseDocument(id: string): unknown {
  return isCaseId(id) ? DOCUMENTS[id] : null;
}

/** Whether there is a case of that id. */
function isCaseId(id: string): id is CaseId {
  return Object.hasOwn(DOCUMENTS, id);
}
