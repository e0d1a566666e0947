import type { Change } from '../changes';
import { nameOfProduct } from '../facts/fact-snapshot';
import { sppSubkey } from '../registry-keys';
import type { Assessment } from '../verdict/assessment';
import { noParameters } from './parameters';
import { defineFix, notApplicable, pendingChanges } from './plan';

/** Lets Windows be activated by every means again, in each place where that was limited. */
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
      // No tool of Windows has a way to the place between the two.
      ...(key === null
        ? []
        : [
            {
              kind: 'registry-value',
              location: { key, name: 'VLActivationType' },
              value: null,
            } as const,
          ]),
    ]);
    return changes.length === 0
      ? notApplicable({ key: 'fixes.notHere.activationTypeOpen' })
      : { changes };
  },
});

/** Whether a means of activation is excluded anywhere; so it may be where that could not be read. */
function isLimited({ snapshot: { activationType, places, service } }: Assessment): boolean {
  if (!places.ok || (activationType.ok && Boolean(activationType.value))) return true;
  const isSomewhere = places.value.some(
    ({ application, activationType }) => application !== 'office' && activationType !== null,
  );
  // Some versions show the service's own setting in its row alone.
  return isSomewhere || (service.ok && Boolean(service.value['VLActivationTypeEnabled']));
}
