import { canonicalName } from '@shared/names';
import { z } from 'zod';
import { changeText, storedChange, domainText, defineChange } from './change';
import { slmgr } from './commands';
import { pasteableDomain, pasteableIds } from './pasteable';
import { readSetting } from './read-setting';

const show = (domain: string | null) =>
  domain === null
    ? ({ key: 'changes.lookup-domain.none' } as const)
    : ({ key: 'changes.lookup-domain.set', params: { domain } } as const);

/** Restricts the KMS record lookup to one domain (`slmgr -skms-domain`), or removes the restriction. */
export const lookupDomain = defineChange({
  schema: storedChange('lookup-domain', {
    domain: domainText.nullable(),
    /** The only product it applies to, by its `nameOfProduct`; absent for all products. */
    productId: changeText.optional(),
  }),
  stateSchema: z.string().nullable(),
  slot: ({ productId }) => `lookup-domain:${productId ?? 'all'}`,
  readState: async (facts, { productId }) =>
    (await readSetting(facts, productId, 'KeyManagementServiceLookupDomain')) || null,
  apply: (computer, { domain, productId }, _, signal) =>
    computer.setLookupDomain(domain, signal, productId),
  isDone: (state, { domain }) => canonicalName(state ?? '') === canonicalName(domain ?? ''),
  inverse: (change, before) => ({ ...change, domain: before }),
  leaves: ({ domain }) => (domain === null ? 'cleared' : 'setting'),
  title: ({ domain }) =>
    domain === null
      ? { key: 'changes.lookup-domain.title-clear' }
      : { key: 'changes.lookup-domain.title', params: { domain } },
  manualSteps: ({ domain, productId }) => [
    domain === null
      ? slmgr('-ckms-domain', ...pasteableIds(productId))
      : slmgr('-skms-domain', pasteableDomain(domain), ...pasteableIds(productId)),
  ],
  showBefore: show,
  showAfter: ({ domain }) => show(domain),
});
