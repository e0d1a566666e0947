import { z } from 'zod';
import { SPP_KEY, sppSubkey, type ActivationType } from '../computer';
import { toResult } from '../facts/fact-snapshot';
import { changeText, storedChange, type ActivationTypeChange, type ChangeType } from './change';
import { slmgr } from './commands';
import { pasteableId } from './pasteable';

const activationTypes = z.literal([0, 1, 2, 3]);

const show = (type: ActivationType) => ({ key: `changes.activation-type.type${type}` }) as const;

/** What Windows takes for a type; anything else is none, as for Windows itself. */
export const asActivationType = (value: unknown): ActivationType =>
  activationTypes.safeParse(value).data ?? 0;

/** By what Windows may be activated (`slmgr -act-type`), for all its products or for one. */
export const activationType: ChangeType<ActivationTypeChange, ActivationType> = {
  schema: storedChange('activation-type', {
    productId: changeText.nullable(),
    type: activationTypes,
  }),
  stateSchema: activationTypes,
  slot: ({ productId }) => `activation-type:${productId ?? ''}`,
  async readState(facts, { productId }) {
    const name = 'VLActivationType';
    if (productId === null) {
      return asActivationType((await facts.registryAt({ key: SPP_KEY, name }))?.value);
    }
    const key = sppSubkey('windows', productId);
    const value = key === null ? null : await toResult(facts.registryAt({ key, name }));
    if (value?.ok && value.value !== null) return asActivationType(value.value.value);
    // The row shows what is set at the product, also where the registry cannot be read.
    const own = (await facts.products()).find(({ row }) => row['ID'] === productId);
    return asActivationType(own?.row['VLActivationTypeEnabled']);
  },
  apply: (computer, { productId, type }, _, signal) =>
    computer.setActivationType(productId, type, signal),
  isDone: (state, { type }) => state === type,
  inverse: ({ productId }, before) => ({ kind: 'activation-type', productId, type: before }),
  needsElevation: () => true,
  title: ({ type }) =>
    type === 0
      ? { key: 'changes.activation-type.title' }
      : { key: 'changes.activation-type.title-limit' },
  byHand: ({ productId, type }) => [
    slmgr('-act-type', String(type), ...(productId === null ? [] : [pasteableId(productId)])),
  ],
  showBefore: show,
  showAfter: ({ type }) => show(type),
  irreversibleReason: () => null,
};
