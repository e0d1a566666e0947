import type { Change } from '../changes';
import { nameOfProduct } from '../facts/fact-types';
import { sppSubkey } from '../registry-keys';
import type { Assessment } from '../verdict/assessment';
import { noParameters } from './parameters';
import { defineFix, notApplicable, pendingChanges } from './plan';

/** Allows all activation types for Windows again, everywhere they were restricted. */
export const allowKmsActivation = defineFix({
  parameters: noParameters,
  refusesHere: (view) =>
    isLimited(view) ? null : notApplicable({ key: 'fixes.notHere.activationTypeOpen' }),
  async plan({ facts }) {
    const products = await facts.productsOf('windows');
    const key = sppSubkey('windows');
    const changes = await pendingChanges(facts, [
      { kind: 'activation-type', productId: null, type: 0 },
      ...products.map((product): Change => ({
        kind: 'activation-type',
        productId: nameOfProduct(product),
        type: 0,
      })),
      // The application level, between these two, can't be changed with any Windows tool.
      key !== null && {
        kind: 'registry-value',
        location: { key, name: 'VLActivationType' },
        value: null,
      },
    ]);
    return changes.length === 0
      ? notApplicable({ key: 'fixes.notHere.activationTypeOpen' })
      : { changes };
  },
});

/** Whether an activation type is excluded anywhere; true if that couldn't be read. */
function isLimited({ snapshot: { activationType, places, service } }: Assessment): boolean {
  if (!places.ok || (activationType.ok && Boolean(activationType.value))) return true;
  const isSomewhere = places.value.some(
    ({ application, activationType }) => application !== 'office' && activationType !== null,
  );
  // Some Windows versions expose the service-wide setting only in the service's CIM row.
  return isSomewhere || (service.ok && Boolean(service.value['VLActivationTypeEnabled']));
}
