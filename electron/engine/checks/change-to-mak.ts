/** Checks of "Change the product key to an MAK": the product key, the license and the last activation attempt. */
import { clientSetupKeyFor } from '@shared/client-setup-keys';
import { KMS_VALIDITY_MINUTES } from '@shared/kms';
import { MINUTES_PER_DAY } from '@shared/utc-time';
import { formatErrorCode, isFailureCode, isVagueCode, verdictOfError } from '@shared/error-codes';
import type { Evidence } from '@shared/evidence';
import { readOr, type Product } from '../facts/fact-types';
import { whenKnown } from '../facts/outstanding';
import { channelIn, reasonIn } from '../facts/windows-facts';
import {
  assess,
  attemptsOf,
  daysLeft,
  isOfficeVolumeLicense,
  lastErrorOf,
} from '../verdict/assessment';
import { ATTEMPT_EVENTS } from '../verdict/attempts';
import type { ChecksOf } from './check';
import { eventEvidence, settingEvidence } from './finding';

function licenceEvidence({ row }: Product): Evidence {
  const shown = [
    'Name',
    'Description',
    'LicenseFamily',
    'PartialProductKey',
    'LicenseStatus',
    'LicenseStatusReason',
    'GracePeriodRemaining',
    'VLActivationType',
    'VLActivationTypeEnabled',
    'KeyManagementServiceMachine',
    'DiscoveredKeyManagementServiceMachineName',
  ];
  return {
    kind: 'licensing',
    title: 'SoftwareLicensingProduct',
    data: Object.fromEntries(
      shown.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name] ?? null]])),
    ),
  };
}

/** Whether an error code is a WinINet or WinHTTP error (12000 to 12175) or reports that a proxy blocked the request. */
const isRefusedOnTheWay = (code: number): boolean =>
  code === 0x8004fe33 || (code >= 0x80072ee0 && code <= 0x80072f8f);

export const changeToMak: ChecksOf<'change-to-mak'> = {
  'licensing-service': async (facts, found) => {
    const service = await facts.sppsvc();
    if (service === null) return found('fail', 'gone');
    const data = { name: 'sppsvc', state: service.state, start: service.start };
    const evidence: Evidence[] = [{ kind: 'service', title: 'sppsvc', data }];
    if (service.start === 'disabled') return found('fail', 'disabled', evidence);
    // The service stops when it has nothing to do; that isn't a fault (docs/scenario-file.md).
    return found('pass', 'ok', evidence);
  },

  'product-key-installed': async (facts, found) => {
    const licence = await facts.licence();
    return licence === null
      ? found('fail', 'none')
      : found('pass', 'ok', [licenceEvidence(licence)], {
          key: licence.partialProductKey,
          edition: licence.edition ?? '',
        });
  },

  'product-key-channel': async (facts, found) => {
    const licence = await facts.licence();
    if (licence === null) return found('not-applicable', 'none');
    const params = {
      key: licence.partialProductKey,
      kind: licence.channel.class,
      edition: licence.edition ?? '',
    };
    const evidence = [licenceEvidence(licence)];
    switch (channelIn(licence)) {
      case 'kms-host':
        return found('pass', 'kmsHost', evidence, params);
      case 'kms-client': {
        const system = await readOr(facts.system(), null);
        const match = system && clientSetupKeyFor({ ...system, licenseFamily: params.edition });
        return match?.ok === true && !match.row.key.endsWith(licence.partialProductKey)
          ? found('warn', 'otherEdition', evidence, params)
          : found('pass', 'kmsClient', evidence, params);
      }
      default:
        return licence.licensed
          ? found('pass', 'otherLicensed', evidence, params)
          : found('fail', 'otherUnlicensed', evidence, params);
    }
  },

  'activation-type': async (facts, found) => {
    const [licence, type] = await Promise.all([facts.licence(), facts.activationType()]);
    if (licence === null || channelIn(licence) !== 'kms-client') {
      return found('not-applicable', 'noClient');
    }
    const evidence = [settingEvidence('VLActivationType', type)];
    if (type !== 1 && type !== 3) return found('pass', 'ok', evidence);
    if (licence.licensed && licence.row['VLActivationType'] === type) {
      return found('pass', 'inUse', evidence);
    }
    const by = type === 1 ? 'directory' : 'token';
    return licence.licensed ? found('warn', `${by}Later`, evidence) : found('fail', by, evidence);
  },

  'licence-status': async (facts, found) => {
    const licence = await facts.licence();
    if (licence === null) return found('fail', 'none');
    const params = {
      days: daysLeft(licence) ?? 0,
      graceDays: Math.floor((licence.graceMinutes ?? 0) / MINUTES_PER_DAY),
      status: licence.status,
    };
    const evidence = [licenceEvidence(licence)];
    if (licence.licensed) {
      if (
        licence.channel.class === 'kms-client' &&
        (licence.graceMinutes ?? 0) > KMS_VALIDITY_MINUTES
      ) {
        const most = Math.floor(KMS_VALIDITY_MINUTES / MINUTES_PER_DAY);
        return found('warn', 'tooLong', evidence, { ...params, most });
      }
      return params.days > 0
        ? found('pass', 'licensedUntil', evidence, params)
        : found('pass', 'licensed', evidence, params);
    }
    // A KMS client that can't activate has a problem on the path to its host, not with its key.
    const status = licence.channel.class === 'kms-client' || !licence.channelRead ? 'warn' : 'fail';
    if (licence.status === 5) return found(status, 'notification', evidence, params);
    return licence.status === 0
      ? found(status, 'unlicensed', evidence, params)
      : found('warn', 'grace', evidence, params);
  },

  'last-activation-error': async (facts, found) => {
    const [licence, events] = await Promise.all([facts.licence(), readOr(facts.events(), [])]);
    const shown = events.filter(({ id }) => ATTEMPT_EVENTS.includes(id));
    const evidence = shown.slice(-12).map(eventEvidence);
    if (licence === null) return found('not-applicable', 'none');
    const { lastError, attempt } = await whenKnown(() => {
      const view = assess(facts.soFar);
      return { lastError: view.lastError ?? 0, attempt: view.attempts.at(-1) };
    });
    const inEvent = attempt?.code ?? 0;
    const code = reasonIn(licence);
    const reason = formatErrorCode(code);
    evidence.unshift(settingEvidence('LicenseStatusReason', reason));
    const params = {
      error: reason,
      hidden: formatErrorCode(inEvent),
      event: attempt?.eventId ?? 0,
    };
    const status = verdictOfError(lastError) === 'product-key-rejected' ? 'fail' : 'warn';
    const failed = isFailureCode(inEvent) && inEvent !== code;
    // A PC that is away from its network can't reach a KMS host (0xC004F074), which is harmless until its activation
    // expires.
    if (licence.licensed && failed && inEvent !== 0xc004f074) {
      return found(status, 'renewal', evidence, params);
    }
    if (!licence.licensed && failed && isVagueCode(code) && !isVagueCode(inEvent)) {
      return found(status, 'hidden', evidence, params);
    }
    if (isFailureCode(code)) return found(status, 'error', evidence, params);
    if (licence.licensed) return found('pass', 'ok', evidence, params);
    return failed
      ? found(status, 'error', evidence, { ...params, error: params.hidden })
      : found('pass', 'notTried', evidence, params);
  },

  'office-licence': async (facts, found) => {
    const office = (await facts.products()).filter(isOfficeVolumeLicense);
    const open = office.find(({ licensed }) => !licensed) ?? office[0];
    if (open === undefined) return found('not-applicable', 'none');
    const evidence = office.map(licenceEvidence);
    const product = open.name ?? 'Office';
    if (open.licensed) return found('pass', 'ok', evidence, { product });
    const error = await whenKnown(() => lastErrorOf(open, () => attemptsOf(facts.soFar, open)));
    return found('fail', 'notActivated', evidence, { product, error: formatErrorCode(error ?? 0) });
  },

  'activation-proxy': async (facts, found) => {
    const licence = await facts.licence();
    if (
      licence === null ||
      licence.licensed ||
      channelIn(licence) === 'kms-client' ||
      !isRefusedOnTheWay(reasonIn(licence))
    ) {
      return found('not-applicable', 'none');
    }
    const error = formatErrorCode(reasonIn(licence));
    const evidence = [settingEvidence('LicenseStatusReason', error)];
    return found('warn', 'refused', evidence, { error });
  },

  'vbscript-available': async (facts, found) =>
    (await facts.vbscript()) ? found('pass', 'ok') : found('warn', 'gone'),
};
