import { z } from 'zod';
import { lastFiveOf } from '@shared/product-key';
import { readIssuedKey } from '../parameter-readers';
import { activate, required } from './parameters';
import { defineFix } from './plan';

/** The first procedure of Microsoft's article: uses a multiple activation key instead of KMS. */
export const installMak = defineFix({
  parameters: z.strictObject({
    productKey: required('secret', readIssuedKey('mak')),
    activate,
  }),
  plan({ values: { productKey, activate }, view }) {
    const partialProductKey = lastFiveOf(productKey);
    const isInstalled = view.licence?.partialProductKey === partialProductKey;
    return {
      changes: [
        !isInstalled && { kind: 'product-key', partialProductKey, purpose: 'mak' },
        (activate || isInstalled) && { kind: 'activation' },
      ],
      secrets: { productKey },
      warnings: [
        isInstalled && { key: 'fixes.warnings.keyInstalled', params: { partialProductKey } },
        view.role === 'kms-host' && { key: 'fixes.warnings.endsKmsHost' },
      ],
    };
  },
});
