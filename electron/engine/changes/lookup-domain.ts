import { canonicalName } from '@shared/names';
import { z } from 'zod';
import { changeText, storedChange, domainText, type ChangeType } from './change';
import { slmgr } from './commands';
import { pasteableDomain, pasteableId } from './pasteable';
import { productRow, readSetting } from './read-setting';

const show = (domain: string | null) =>
  domain === null
    ? ({ key: 'changes.lookup-domain.none' } as const)
    : ({ key: 'changes.lookup-domain.set', params: { domain } } as const);

const schema = storedChange('lookup-domain', {
  domain: domainText.nullable(),
  /** The only product it applies to, by its `nameOfProduct`; absent for all products. */
  productId: changeText.optional(),
});

/** Restricts the KMS record lookup to one domain (`slmgr -skms-domain`), or removes the restriction. */
export const lookupDomain: ChangeType<z.output<typeof schema>, string | null> = {
  schema,
  stateSchema: z.string().nullable(),
  slot: ({ productId }) =>
    productId === undefined ? 'lookup-domain' : `lookup-domain:${productId}`,
  async readState(facts, { productId }) {
    const name = 'KeyManagementServiceLookupDomain';
    if (productId !== undefined) {
      return String((await productRow(facts, productId))[name] ?? '').trim() || null;
    }
    return (await readSetting(facts, name, name)) || null;
  },
  apply: (computer, { domain, productId }, _, signal) =>
    computer.setLookupDomain(domain, signal, productId),
  isDone: (state, { domain }) => canonicalName(state ?? '') === canonicalName(domain ?? ''),
  inverse: ({ productId }, before) => ({
    kind: 'lookup-domain',
    domain: before,
    ...(productId !== undefined && { productId }),
  }),
  leaves: ({ domain }) => (domain === null ? 'cleared' : 'setting'),
  title: ({ domain }) =>
    domain === null
      ? { key: 'changes.lookup-domain.title-clear' }
      : { key: 'changes.lookup-domain.title', params: { domain } },
  manualSteps: ({ domain, productId }) => {
    const only = productId === undefined ? [] : [pasteableId(productId)];
    return [
      domain === null
        ? slmgr('-ckms-domain', ...only)
        : slmgr('-skms-domain', pasteableDomain(domain), ...only),
    ];
  },
  showBefore: show,
  showAfter: ({ domain }) => show(domain),
};
