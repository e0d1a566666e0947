import { z } from 'zod';
import { Unreadable, type ActivationType, type CimRow } from '../computer';
import { SPP_KEY, sppSubkey } from '../registry-keys';
import type { Facts } from '../facts/facts';
import { nameOfProduct, toResult } from '../facts/fact-types';
import { changeText, storedChange, defineChange } from './change';
import { slmgr } from './commands';
import { pasteableIds } from './pasteable';

const activationTypes = z.literal([0, 1, 2, 3]);

const show = (type: ActivationType) => ({ key: `changes.activation-type.type${type}` }) as const;

/** Parses an activation type; any invalid value counts as 0, as in Windows. */
const asActivationType = (value: unknown): ActivationType =>
  activationTypes.safeParse(value).data ?? 0;

/** Returns a product's row, which has the setting even if the registry can't be read; the service's row lacks it. */
async function rowOf(facts: Facts, productId: string | null): Promise<CimRow> {
  if (productId === null) return {};
  const products = await facts.productsOf('windows');
  return products.find((product) => nameOfProduct(product) === productId)?.row ?? {};
}

/** Sets the allowed activation type of Windows (`slmgr -act-type`), for all its products or for one. */
export const activationType = defineChange({
  schema: storedChange('activation-type', {
    /** The product, by its `nameOfProduct`; null for all products without an individual setting. */
    productId: changeText.nullable(),
    type: activationTypes,
  }),
  stateSchema: activationTypes,
  slot: ({ productId }) => `activation-type:${productId ?? 'all'}`,
  async readState(facts, { productId }) {
    const key = productId === null ? SPP_KEY : sppSubkey('windows', productId);
    const [value, row] = await Promise.all([
      key === null ? null : toResult(facts.registryAt({ key, name: 'VLActivationType' })),
      toResult(rowOf(facts, productId)),
    ]);
    const written = value?.ok === true ? asActivationType(value.value?.value) : 0;
    if (written !== 0) return written;
    const shown = row.ok ? row.value['VLActivationTypeEnabled'] : undefined;
    // Not every row has the property. Without it, only the registry shows that nothing is set.
    if (shown === undefined && value?.ok === false) throw new Unreadable(value.reason, value.tool);
    return asActivationType(shown);
  },
  apply: (computer, { productId, type }, _, signal) =>
    computer.setActivationType(productId, type, signal),
  isDone: (state, { type }) => state === type,
  inverse: (change, before) => ({ ...change, type: before }),
  leaves: ({ type }) => (type === 0 ? 'cleared' : 'setting'),
  title: ({ type }) => ({
    key: type === 0 ? 'changes.activation-type.title' : 'changes.activation-type.title-limit',
  }),
  manualSteps: ({ productId, type }) => [
    slmgr('-act-type', String(type), ...pasteableIds(productId)),
  ],
  showBefore: show,
  showAfter: ({ type }) => show(type),
});
