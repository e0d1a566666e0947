import { CHANNEL_CLASSES, mayBeClientSetupKey } from '@shared/channels';
import { clientSetupKeyEndingIn } from '@shared/client-setup-keys';
import { maskProductKey } from '@shared/product-key';
import { z } from 'zod';
import { ChangeRefused } from '../computer';
import { channelIn } from '../facts/windows-facts';
import { storedChange, defineChange } from './change';
import { slmgr } from './commands';
import { pasteableKeyEnd } from './pasteable';

/** Returns the public key with these last five characters; null if it isn't one of Microsoft's client setup keys. */
const publicKey = (lastFive: string): string | null =>
  clientSetupKeyEndingIn(lastFive)[0]?.key ?? null;

/** Installs a product key (`slmgr -ipk`). A previous key can be restored only if it's a public one. */
export const productKey = defineChange({
  schema: storedChange('product-key', {
    partialProductKey: z.string().max(5),
    purpose: z.enum(['kms-client', 'mak', 'kms-host']),
  }),
  /** The license properties relevant to a key change; null without a key. */
  stateSchema: z
    .strictObject({ partialProductKey: z.string(), channel: z.enum(CHANNEL_CLASSES) })
    .nullable(),
  async readState(facts) {
    const licence = await facts.licence();
    return licence === null
      ? null
      : { partialProductKey: licence.partialProductKey, channel: channelIn(licence) };
  },
  async apply(computer, { partialProductKey, purpose }, secrets, signal) {
    const key =
      secrets.productKey ?? (purpose === 'kms-client' ? publicKey(partialProductKey) : null);
    if (key?.slice(-5) !== partialProductKey) {
      throw new ChangeRefused('not-done', null, 'the product key is not at hand');
    }
    return computer.installProductKey(key, purpose, signal);
  },
  isDone: (state, { partialProductKey, purpose }) =>
    state?.partialProductKey === partialProductKey &&
    (purpose !== 'kms-client' || mayBeClientSetupKey(state.channel)),
  inverse: (change, before) =>
    before?.channel === 'kms-client' && publicKey(before.partialProductKey) !== null
      ? { ...change, partialProductKey: before.partialProductKey, purpose: 'kms-client' as const }
      : null,
  leaves: () => 'setting',
  title: ({ partialProductKey }) => ({
    key: 'changes.product-key.title',
    params: { partialProductKey },
  }),
  manualSteps: ({ partialProductKey }) => [
    slmgr('-ipk', maskProductKey(pasteableKeyEnd(partialProductKey))),
  ],
  showBefore: (state) =>
    state === null
      ? { key: 'changes.product-key.none' }
      : { key: 'changes.product-key.installed', params: state },
  showAfter: ({ partialProductKey }) => ({
    key: 'changes.product-key.installed',
    params: { partialProductKey },
  }),
  irreversibleReason: (_, before) =>
    before === null
      ? { key: 'changes.product-key.noWayBackToNone' }
      : { key: 'changes.product-key.noWayBack', params: before },
});
