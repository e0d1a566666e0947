/** All checks by ID. Each module holds the checks of one procedure. */
import type { CheckId } from '@shared/catalog';
import { assignKmsHost } from './assign-kms-host';
import { changeToMak } from './change-to-mak';
import type { Check } from './check';
import { checkDnsConfiguration } from './check-dns-configuration';
import { checkDnsConnectivity } from './check-dns-connectivity';
import { checkKmsHost } from './check-kms-host';
import { configureKmsHost } from './configure-kms-host';
import { createSrvRecord } from './create-srv-record';
import { findRoutingIssue } from './find-routing-issue';
import { publishInMultipleDomains } from './publish-in-multiple-domains';

export type { Check } from './check';

/** All check functions by ID. */
export const CHECK_FUNCTIONS: Readonly<Record<CheckId, Check>> = {
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
