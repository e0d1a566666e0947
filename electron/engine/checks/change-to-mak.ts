/** "Change the product key to an MAK": what is known of the key, the licence and the last attempt. */
import { clientSetupKeyFor } from '@shared/client-setup-keys';
import { MINUTES_PER_DAY } from '@shared/utc-time';
import { formatErrorCode, isFailureCode, isVagueCode, verdictOfError } from '@shared/error-codes';
import type { Evidence } from '@shared/diagnosis';
import { toResult, type Licence } from '../facts/fact-snapshot';
import { codeInEvent, daysLeft, lastErrorOf, newest } from '../verdict/assessment';
import type { ChecksOf } from './check';
import { eventEvidence, finding, settingEvidence } from './finding';

function licenceEvidence({ row }: Licence): Evidence {
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

export const changeToMak: ChecksOf<'change-to-mak'> = {
  'licensing-service': async (facts) => {
    const service = await facts.sppsvc();
    if (service === null) {
      return finding('fail', { key: 'checks.licensing-service.gone' });
    }
    const evidence: Evidence[] = [
      {
        kind: 'service',
        title: 'sppsvc',
        data: { name: 'sppsvc', state: service.state, start: service.start },
      },
    ];
    if (service.start === 'disabled') {
      return finding('fail', { key: 'checks.licensing-service.disabled' }, evidence);
    }
    // Between its jobs the service stands still; that is no fault (contract.md, "Scenario file").
    return finding('pass', { key: 'checks.licensing-service.ok' }, evidence);
  },

  'product-key-installed': async (facts) => {
    const licence = await facts.licence();
    return licence === null
      ? finding('fail', { key: 'checks.product-key-installed.none' })
      : finding(
          'pass',
          {
            key: 'checks.product-key-installed.ok',
            params: { key: licence.partialProductKey, edition: licence.edition ?? '' },
          },
          [licenceEvidence(licence)],
        );
  },

  'product-key-channel': async (facts) => {
    const licence = await facts.licence();
    if (licence === null) {
      return finding('not-applicable', { key: 'checks.product-key-channel.none' });
    }
    const params = {
      key: licence.partialProductKey,
      channel: licence.channel.token,
      edition: licence.edition ?? '',
    };
    const evidence = [licenceEvidence(licence)];
    switch (licence.channel.class) {
      case 'kms-host':
        return finding('pass', { key: 'checks.product-key-channel.kmsHost', params }, evidence);
      case 'kms-client': {
        const system = await toResult(facts.system());
        if (!system.ok) {
          return finding('pass', { key: 'checks.product-key-channel.kmsClient', params }, evidence);
        }
        const match = clientSetupKeyFor({
          licenseFamily: licence.edition ?? '',
          os: system.value.os,
          build: system.value.build,
          server: system.value.server,
        });
        const fits = !match.ok || match.row.key.endsWith(licence.partialProductKey);
        return fits
          ? finding('pass', { key: 'checks.product-key-channel.kmsClient', params }, evidence)
          : finding('warn', { key: 'checks.product-key-channel.otherEdition', params }, evidence);
      }
      default:
        return licence.licensed
          ? finding('pass', { key: 'checks.product-key-channel.otherLicensed', params }, evidence)
          : finding(
              'fail',
              { key: 'checks.product-key-channel.otherUnlicensed', params },
              evidence,
            );
    }
  },

  'licence-status': async (facts) => {
    const licence = await facts.licence();
    if (licence === null) return finding('fail', { key: 'checks.licence-status.none' });
    const params = {
      days: daysLeft(licence) ?? 0,
      graceDays: Math.floor((licence.graceMinutes ?? 0) / MINUTES_PER_DAY),
      status: licence.status,
    };
    const evidence = [licenceEvidence(licence)];
    if (licence.licensed) {
      return params.days > 0
        ? finding('pass', { key: 'checks.licence-status.licensedUntil', params }, evidence)
        : finding('pass', { key: 'checks.licence-status.licensed', params }, evidence);
    }
    // What keeps a KMS client from being activated lies on its way; its key is not at fault.
    const status = licence.channel.class === 'kms-client' ? 'warn' : 'fail';
    if (licence.status === 5) {
      return finding(status, { key: 'checks.licence-status.notification', params }, evidence);
    }
    return licence.status === 0
      ? finding(status, { key: 'checks.licence-status.unlicensed', params }, evidence)
      : finding('warn', { key: 'checks.licence-status.grace', params }, evidence);
  },

  'last-activation-error': async (facts) => {
    const [licence, events] = await Promise.all([facts.licence(), toResult(facts.events())]);
    const attempts = (events.ok ? events.value : []).filter(({ id }) =>
      [12288, 12289, 8198].includes(id),
    );
    const evidence = attempts.slice(-12).map(eventEvidence);
    if (licence === null)
      return finding('not-applicable', { key: 'checks.last-activation-error.none' });
    const event = newest(attempts, [12288, 8198]);
    const inEvent = event === null ? null : codeInEvent(event);
    const reason = formatErrorCode(licence.reason);
    evidence.unshift(settingEvidence('LicenseStatusReason', reason));
    const params = {
      error: reason,
      hidden: inEvent === null ? '' : formatErrorCode(inEvent),
      event: event?.id ?? 0,
    };
    const status =
      verdictOfError(lastErrorOf(licence, events)) === 'product-key-rejected' ? 'fail' : 'warn';
    const failed = inEvent !== null && isFailureCode(inEvent) && inEvent !== licence.reason;
    // A PC that is away from its network for a while reaches no host, and loses nothing by it yet.
    if (licence.licensed && failed && inEvent !== 0xc004f074) {
      return finding(status, { key: 'checks.last-activation-error.renewal', params }, evidence);
    }
    if (!licence.licensed && failed && isVagueCode(licence.reason) && !isVagueCode(inEvent)) {
      return finding(status, { key: 'checks.last-activation-error.hidden', params }, evidence);
    }
    if (isFailureCode(licence.reason)) {
      return finding(status, { key: 'checks.last-activation-error.error', params }, evidence);
    }
    if (licence.licensed) {
      return finding('pass', { key: 'checks.last-activation-error.ok', params }, evidence);
    }
    return failed
      ? finding(
          status,
          {
            key: 'checks.last-activation-error.error',
            params: { ...params, error: params.hidden },
          },
          evidence,
        )
      : finding('pass', { key: 'checks.last-activation-error.notTried', params }, evidence);
  },

  'vbscript-available': async (facts) =>
    (await facts.vbscript())
      ? finding('pass', { key: 'checks.vbscript-available.ok' })
      : finding('warn', { key: 'checks.vbscript-available.gone' }),
};
