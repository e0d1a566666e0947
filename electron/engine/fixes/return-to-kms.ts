import { mayBeClientSetupKey } from '@shared/channels';
import { lastFiveOf } from '@shared/product-key';
import { ownSetupKey } from '../verdict/assessment';
import { noParameters } from './parameters';
import { defineFix, notApplicable } from './plan';

/** Installs the edition's public client setup key, so that the PC activates against a KMS host again. */
export const returnToKms = defineFix({
  parameters: noParameters,
  refusesHere(view) {
    const answer = ownSetupKey(view);
    const { licence } = view;
    if (!answer.ok) {
      const { reason, edition, nearest } = answer;
      return notApplicable(
        { key: `keys.unavailable.${reason}`, params: { edition } },
        nearest !== null && {
          key: 'keys.nearest',
          params: { edition: nearest.edition, family: nearest.family },
        },
      );
    }
    if (licence?.channel.class === 'evaluation') {
      const { edition } = answer.row;
      return notApplicable({ key: 'keys.unavailable.evaluation', params: { edition } });
    }
    const partialProductKey = lastFiveOf(answer.row.key);
    return licence?.partialProductKey === partialProductKey &&
      mayBeClientSetupKey(licence.channel.class)
      ? notApplicable({ key: 'fixes.notHere.clientKeyInstalled', params: { partialProductKey } })
      : null;
  },
  plan({ view }) {
    const answer = ownSetupKey(view);
    if (!answer.ok) throw new Error('A refused fix cannot be planned');
    const partialProductKey = lastFiveOf(answer.row.key);
    return {
      changes: [{ kind: 'product-key', partialProductKey, purpose: 'kms-client' }],
      warnings: [
        { key: 'keys.reminder' },
        view.role === 'kms-host' && { key: 'fixes.warnings.endsKmsHost' },
        view.licence?.licensed === true && { key: 'fixes.warnings.endsLicence' },
      ],
    };
  },
});
