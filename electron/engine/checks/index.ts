/** All checks by ID. Each module holds the checks of one procedure. */
import type { CheckId } from '@shared/catalog';
import type { Finding } from '@shared/diagnosis';
import type { MessageKey } from '@shared/message';
import type { Facts } from '../facts/facts';
import { assignKmsHost } from './assign-kms-host';
import { changeToMak } from './change-to-mak';
import type { Check } from './check';
import { checkDnsConfiguration } from './check-dns-configuration';
import { checkDnsConnectivity } from './check-dns-connectivity';
import { checkKmsHost } from './check-kms-host';
import { configureKmsHost } from './configure-kms-host';
import { createSrvRecord } from './create-srv-record';
import { finding } from './finding';
import { findRoutingIssue } from './find-routing-issue';
import { publishInMultipleDomains } from './publish-in-multiple-domains';

const CHECKS: { readonly [Id in CheckId]: Check<Id> } = {
  ...changeToMak,
  ...configureKmsHost,
  ...checkDnsConnectivity,
  ...checkKmsHost,
  ...findRoutingIssue,
  ...checkDnsConfiguration,
  ...createSrvRecord,
  ...assignKmsHost,
  ...publishInMultipleDomains,
};

/** Runs a check. */
export function runCheck<Id extends CheckId>(id: Id, facts: Facts): Promise<Finding> {
  return CHECKS[id](facts, (status, name, evidence, params) =>
    finding(status, `checks.${id}.${name}` as MessageKey, evidence, params),
  );
}
