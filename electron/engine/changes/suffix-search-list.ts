import { canonicalName } from '@shared/names';
import { z } from 'zod';
import { storedChange, domainText, defineChange } from './change';
import { quoted } from './commands';
import { pasteableDomain } from './pasteable';

const show = (suffixes: readonly string[]) =>
  suffixes.length === 0
    ? ({ key: 'changes.suffix-search-list.none' } as const)
    : ({ key: 'changes.suffix-search-list.list', params: { list: suffixes.join(', ') } } as const);

/** Sets the DNS suffix search list, which Windows uses to complete names and to look up the KMS record. */
export const suffixSearchList = defineChange({
  schema: storedChange('suffix-search-list', {
    suffixes: z.array(domainText).max(1024).readonly(),
  }),
  stateSchema: z.array(z.string()).readonly(),
  readState: async (facts) => (await facts.dnsClient()).suffixSearchList,
  apply: (computer, { suffixes }, _, signal) => computer.setSuffixSearchList(suffixes, signal),
  isDone: (state, { suffixes }) =>
    state.map(canonicalName).join() === suffixes.map(canonicalName).join(),
  inverse: (change, before) => ({ ...change, suffixes: before }),
  leaves: () => 'setting',
  title: () => ({ key: 'changes.suffix-search-list.title' }),
  manualSteps: ({ suffixes }) => {
    // An empty array leaves the list unchanged; an empty string clears it.
    const list = suffixes.length === 0 ? [''] : suffixes.map(pasteableDomain);
    return [`Set-DnsClientGlobalSetting -SuffixSearchList @(${list.map(quoted).join(', ')})`];
  },
  showBefore: show,
  showAfter: ({ suffixes }) => show(suffixes),
});
