import { z } from 'zod';
import { verdictOfError } from '@shared/error-codes';
import { adminInstructions } from '../admin-instructions/kms-host';
import { officeNotActivated } from '../verdict/assessment';
import { readChoice } from '../parameter-readers';
import { optional } from './parameters';
import { defineFix, wrongParameter } from './plan';

/** Products that can be activated; each has a separate license. */
const PRODUCTS = ['windows', 'office'] as const;

/** Attempts to activate once; on a licensed PC, this renews the activation. */
export const activateNow = defineFix({
  parameters: z.strictObject({
    product: optional('choice', readChoice(PRODUCTS), 'windows', {
      advanced: true,
      choices: PRODUCTS,
    }),
  }),
  async plan({ values: { product }, view, facts }) {
    if (product === 'office') {
      const products = await facts.productsOf('office');
      if (products.length === 0) {
        return wrongParameter('product', { key: 'parameters.problems.noOfficeKey' }, ['windows']);
      }
      return {
        changes: [{ kind: 'activation', office: products.flatMap(({ id }) => id ?? []) }],
      };
    }
    // The host's own key isn't activated. Retrying doesn't help unless the host is activated.
    const isHostsFault =
      view.role !== 'kms-host' && verdictOfError(view.lastError) === 'kms-host-not-activated';
    return {
      changes: [{ kind: 'activation' }],
      handover: isHostsFault ? adminInstructions('activate-host', view) : null,
    };
  },
  /** Suggests Office if it's the only product that isn't activated. */
  initial: (view): { product?: 'office' } =>
    view.licence?.licensed === true && officeNotActivated(view) !== null
      ? { product: 'office' }
      : {},
});
