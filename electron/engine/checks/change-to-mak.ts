/** Checks of "Change the product key to an MAK": the product key, the license and the last activation attempt. */
import { clientSetupKeyFor } from '@shared/client-setup-keys';
import { KMS_VALIDITY_MINUTES } from '@shared/kms';
import { MINUTES_PER_DAY } from '@shared/utc-time';
import { formatErrorCode, isFailureCode, isVagueCode, verdictOfError } from '@shared/error-codes';
import type { Evidence } from '@shared/evidence';
import { toResult, valueOr, type Product } from '../facts/fact-snapshot';
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
import { eventEvidence, finding, settingEvidence } from './finding';

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
  'licensing-service': async (facts) => {
    const service = await facts.sppsvc();
    if (service === null) {
      return finding('fail', 'checks.licensing-service.gone');
    }
    const evidence: Evidence[] = [
      {
        kind: 'service',
        title: 'sppsvc',
        data: { name: 'sppsvc', state: service.state, start: service.start },
      },
    ];
    if (service.start === 'disabled') {
      return finding('fail', 'checks.licensing-service.disabled', evidence);
    }
    // The service stops when it has nothing to do; that isn't a fault (docs/scenario-file.md).
    return finding('pass', 'checks.licensing-service.ok', evidence);
  },

  'product-key-installed': async (facts) => {
    const licence = await facts.licence();
    return licence === null
      ? finding('fail', 'checks.product-key-installed.none')
      : finding('pass', 'checks.product-key-installed.ok', [licenceEvidence(licence)], {
          key: licence.partialProductKey,
          edition: licence.edition ?? '',
        });
  },

  'product-key-channel': async (facts) => {
    const licence = await facts.licence();
    if (licence === null) {
      return finding('not-applicable', 'checks.product-key-channel.none');
    }
    const params = {
      key: licence.partialProductKey,
      kind: licence.channel.class,
      edition: licence.edition ?? '',
    };
    const evidence = [licenceEvidence(licence)];
    switch (channelIn(licence)) {
      case 'kms-host':
        return finding('pass', 'checks.product-key-channel.kmsHost', evidence, params);
      case 'kms-client': {
        const system = await toResult(facts.system());
        if (!system.ok) {
          return finding('pass', 'checks.product-key-channel.kmsClient', evidence, params);
        }
        const match = clientSetupKeyFor({
          licenseFamily: licence.edition ?? '',
          os: system.value.os,
          build: system.value.build,
          server: system.value.server,
        });
        const fits = !match.ok || match.row.key.endsWith(licence.partialProductKey);
        return fits
          ? finding('pass', 'checks.product-key-channel.kmsClient', evidence, params)
          : finding('warn', 'checks.product-key-channel.otherEdition', evidence, params);
      }
      default:
        return licence.licensed
          ? finding('pass', 'checks.product-key-channel.otherLicensed', evidence, params)
          : finding('fail', 'checks.product-key-channel.otherUnlicensed', evidence, params);
    }
  },

  'activation-type': async (facts) => {
    const [licence, type] = await Promise.all([facts.licence(), facts.activationType()]);
    if (licence === null || channelIn(licence) !== 'kms-client') {
      return finding('not-applicable', 'checks.activation-type.noClient');
    }
    const evidence = [settingEvidence('VLActivationType', type)];
    if (type !== 1 && type !== 3) return finding('pass', 'checks.activation-type.ok', evidence);
    if (licence.licensed && licence.row['VLActivationType'] === type) {
      return finding('pass', 'checks.activation-type.inUse', evidence);
    }
    const by = type === 1 ? 'directory' : 'token';
    return licence.licensed
      ? finding('warn', `checks.activation-type.${by}Later`, evidence)
      : finding('fail', `checks.activation-type.${by}`, evidence);
  },

  'licence-status': async (facts) => {
    const licence = await facts.licence();
    if (licence === null) return finding('fail', 'checks.licence-status.none');
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
        return finding('warn', 'checks.licence-status.tooLong', evidence, { ...params, most });
      }
      return params.days > 0
        ? finding('pass', 'checks.licence-status.licensedUntil', evidence, params)
        : finding('pass', 'checks.licence-status.licensed', evidence, params);
    }
    // A KMS client that can't activate has a problem on the path to its host, not with its key.
    const status = licence.channel.class === 'kms-client' || !licence.channelRead ? 'warn' : 'fail';
    if (licence.status === 5) {
      return finding(status, 'checks.licence-status.notification', evidence, params);
    }
    return licence.status === 0
      ? finding(status, 'checks.licence-status.unlicensed', evidence, params)
      : finding('warn', 'checks.licence-status.grace', evidence, params);
  },

  'last-activation-error': async (facts) => {
    const [licence, events] = await Promise.all([facts.licence(), toResult(facts.events())]);
    const shown = valueOr(events, []).filter(({ id }) => ATTEMPT_EVENTS.includes(id));
    const evidence = shown.slice(-12).map(eventEvidence);
    if (licence === null) return finding('not-applicable', 'checks.last-activation-error.none');
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
      return finding(status, 'checks.last-activation-error.renewal', evidence, params);
    }
    if (!licence.licensed && failed && isVagueCode(code) && !isVagueCode(inEvent)) {
      return finding(status, 'checks.last-activation-error.hidden', evidence, params);
    }
    if (isFailureCode(code)) {
      return finding(status, 'checks.last-activation-error.error', evidence, params);
    }
    if (licence.licensed) {
      return finding('pass', 'checks.last-activation-error.ok', evidence, params);
    }
    return failed
      ? finding(status, 'checks.last-activation-error.error', evidence, {
          ...params,
          error: params.hidden,
        })
      : finding('pass', 'checks.last-activation-error.notTried', evidence, params);
  },

  'office-licence': async (facts) => {
    const office = (await facts.products()).filter(isOfficeVolumeLicense);
    const open = office.find(({ licensed }) => !licensed) ?? office[0];
    if (open === undefined) return finding('not-applicable', 'checks.office-licence.none');
    const evidence = office.map(licenceEvidence);
    const product = open.name ?? 'Office';
    if (open.licensed) return finding('pass', 'checks.office-licence.ok', evidence, { product });
    const error = await whenKnown(() => lastErrorOf(open, () => attemptsOf(facts.soFar, open)));
    return finding('fail', 'checks.office-licence.notActivated', evidence, {
      product,
      error: formatErrorCode(error ?? 0),
    });
  },

  'activation-proxy': async (facts) => {
    const licence = await facts.licence();
    if (licence === null || licence.licensed || channelIn(licence) === 'kms-client') {
      return finding('not-applicable', 'checks.activation-proxy.none');
    }
    const code = reasonIn(licence);
    if (!isRefusedOnTheWay(code)) {
      return finding('not-applicable', 'checks.activation-proxy.none');
    }
    const error = formatErrorCode(code);
    const evidence = [settingEvidence('LicenseStatusReason', error)];
    return finding('warn', 'checks.activation-proxy.refused', evidence, { error });
  },

  'vbscript-available': async (facts) =>
    (await facts.vbscript())
      ? finding('pass', 'checks.vbscript-available.ok')
      : finding('warn', 'checks.vbscript-available.gone'),
};
