import { z } from 'zod';
import { verdictOfError } from '@shared/error-codes';
import { adminInstructions } from '../admin-instructions/kms-host';
import { officeNotActivated } from '../verdict/assessment';
import { readChoice } from '../parameter-readers';
import { optional } from './parameters';
import { defineFix, wrongParameter } from './plan';

/** What is activated: one has its own licence beside the other's. */
const PRODUCTS = ['windows', 'office'] as const;

/** One attempt to activate; on a licensed PC it renews. */
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
    // The host's own key is not activated: more than trying again has to be done there.
    const isHostsFault =
      view.role !== 'kms-host' && verdictOfError(view.lastError) === 'kms-host-not-activated';
    return {
      changes: [{ kind: 'activation' }],
      handover: isHostsFault ? adminInstructions('activate-host', view) : null,
    };
  },
  /** Office where it alone is not activated. */
  initial: (view): { product?: 'office' } =>
    view.licence?.licensed === true && officeNotActivated(view) !== null
      ? { product: 'office' }
      : {},
});
