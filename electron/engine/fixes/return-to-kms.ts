import { clientSetupKeyFor } from '@shared/client-setup-keys';
import { lastFiveOf } from '@shared/product-key';
import { notApplicable, type Fix } from './plan';

/** Installs the edition's public client setup key, so that the PC asks a KMS host again. */
export const returnToKms: Fix<'return-to-kms'> = {
  plan({ view }) {
    const { system } = view.situation;
    const answer = clientSetupKeyFor({
      licenseFamily: view.licence?.edition ?? null,
      os: system.ok ? system.value.os : '',
      build: system.ok ? system.value.build : null,
      server: system.ok && system.value.server,
    });
    if (!answer.ok) {
      const { reason, edition, nearest } = answer;
      return notApplicable(
        { key: `keys.unavailable.${reason}`, params: { edition } },
        ...(nearest === null
          ? []
          : [
              {
                key: 'keys.nearest',
                params: { edition: nearest.edition, family: nearest.family },
              } as const,
            ]),
      );
    }
    const partialProductKey = lastFiveOf(answer.row.key);
    return {
      changes: [{ kind: 'product-key', partialProductKey, purpose: 'kms-client' }],
      warnings: [
        { key: 'keys.reminder' },
        ...(view.licence?.partialProductKey === partialProductKey
          ? [{ key: 'fixes.warnings.keyReinstalled', params: { partialProductKey } } as const]
          : []),
        ...(view.role === 'kms-host' ? [{ key: 'fixes.warnings.endsKmsHost' } as const] : []),
        ...(view.licence?.licensed === true
          ? [{ key: 'fixes.warnings.endsLicence' } as const]
          : []),
      ],
    };
  },
};
