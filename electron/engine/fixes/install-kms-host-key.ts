import { canonicalName } from '@shared/names';
import { lastFiveOf } from '@shared/product-key';
import { adminInstructions } from '../admin-instructions/kms-host';
import { wrongParameter, type Fix } from './plan';

/**
 * Installs a KMS host key. On a PC that is no KMS host and was given no key, it is a text for the administrator
 * of the one that is.
 */
export const installKmsHostKey: Fix<'install-kms-host-key'> = {
  async plan({ values: { productKey, confirm, activate }, view, facts }) {
    if (productKey === null && confirm === null && view.role !== 'kms-host') {
      return { changes: [], handover: adminInstructions('install-kms-host-key', view) };
    }
    if (productKey === null) return wrongParameter('productKey', { key: 'keys.problem.empty' });
    if (confirm === null) return wrongParameter('confirm', { key: 'parameters.problems.confirm' });
    const { name: computer } = await facts.system();
    if (canonicalName(confirm) !== canonicalName(computer)) {
      const params = { computer };
      return wrongParameter('confirm', { key: 'parameters.problems.confirmWrong', params });
    }
    const partialProductKey = lastFiveOf(productKey);
    return {
      changes: [
        { kind: 'product-key', partialProductKey, purpose: 'kms-host' },
        ...(activate ? [{ kind: 'activation' } as const] : []),
      ],
      secrets: { productKey },
      warnings:
        view.role === 'kms-host'
          ? []
          : [{ key: 'fixes.warnings.becomesKmsHost', params: { computer } }],
    };
  },
};
