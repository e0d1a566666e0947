/** Example cases that ship with the program, for training and demonstration. */
import type { Translate } from '@shared/i18n';
import type { ExampleCase } from '@shared/ipc';
import { lookUp } from '@shared/look-up';
import { type ScenarioFile, parseScenario } from '@shared/scenario';
import assignedHostUnresolvable from './cases/assigned-host-unresolvable.json';
import clockSkew from './cases/clock-skew.json';
import dnsPublishingDisabled from './cases/dns-publishing-disabled.json';
import dnsServerUnreachable from './cases/dns-server-unreachable.json';
import kmsPortFiltered from './cases/kms-port-filtered.json';
import notAKmsClient from './cases/not-a-kms-client.json';
import srvRecordInOtherDomain from './cases/srv-record-in-other-domain.json';
import srvRecordMissing from './cases/srv-record-missing.json';

/** Scenario documents by ID, which is the verdict each case leads to. The most common faults come first. */
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

/** ID of an example case. */
export type CaseId = keyof typeof DOCUMENTS;

/** IDs of all cases, in display order. */
export const CASE_IDS = Object.keys(DOCUMENTS) as readonly CaseId[];

/** Returns the cases with titles and descriptions in a language. */
export function exampleCases(t: Translate): readonly ExampleCase[] {
  return CASE_IDS.map((id) => ({
    id,
    title: t(`cases.${id}.title`),
    description: t(`cases.${id}.description`),
  }));
}

/**
 * Returns the simulated PC of a case.
 *
 * @throws if the ID is unknown
 */
export function caseScenario(id: string): ScenarioFile {
  const parsed = parseScenario(lookUp<unknown>(DOCUMENTS, id));
  if (!parsed.ok) throw new Error(`Unknown case: ${id}`);
  return parsed.scenario;
}
