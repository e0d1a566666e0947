import { canonicalName } from '@shared/names';
import { z } from 'zod';
import { storedChange, domainText, type ChangeType, type LookupDomainChange } from './change';
import { slmgr } from './commands';
import { pasteableDomain } from './pasteable';
import { readSetting } from './read-setting';

const show = (domain: string | null) =>
  domain === null
    ? ({ key: 'changes.lookup-domain.none' } as const)
    : ({ key: 'changes.lookup-domain.set', params: { domain } } as const);

/** Has the KMS record looked for in one domain only (`slmgr -skms-domain`), or again in all. */
export const lookupDomain: ChangeType<LookupDomainChange, string | null> = {
  schema: storedChange('lookup-domain', { domain: domainText.nullable() }),
  stateSchema: z.string().nullable(),
  slot: () => 'lookup-domain',
  async readState(facts) {
    const name = 'KeyManagementServiceLookupDomain';
    return (await readSetting(facts, name, name)) || null;
  },
  apply: (computer, { domain }, _, signal) => computer.setLookupDomain(domain, signal),
  isDone: (state, { domain }) => canonicalName(state ?? '') === canonicalName(domain ?? ''),
  inverse: (_, before) => ({ kind: 'lookup-domain', domain: before }),
  needsElevation: () => true,
  title: ({ domain }) =>
    domain === null
      ? { key: 'changes.lookup-domain.title-clear' }
      : { key: 'changes.lookup-domain.title', params: { domain } },
  byHand: ({ domain }) => [
    domain === null ? slmgr('-ckms-domain') : slmgr('-skms-domain', pasteableDomain(domain)),
  ],
  showBefore: show,
  showAfter: ({ domain }) => show(domain),
  irreversibleReason: () => null,
};
