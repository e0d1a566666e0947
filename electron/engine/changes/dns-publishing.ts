import { z } from 'zod';
import { Unreadable } from '../computer';
import { storedChange, defineChange } from './change';
import { slmgr } from './commands';

const show = (enabled: boolean) =>
  ({ key: enabled ? 'changes.dns-publishing.on' : 'changes.dns-publishing.off' }) as const;

/** Turns publishing of a KMS host's SRV record on (`slmgr -sdns`) or off (`slmgr -cdns`). */
export const dnsPublishing = defineChange({
  schema: storedChange('dns-publishing', { enabled: z.boolean() }),
  stateSchema: z.boolean(),
  async readState(facts) {
    const name = 'KeyManagementServiceDnsPublishing';
    const publishes = (await facts.service())[name];
    if (typeof publishes !== 'boolean') throw new Unreadable('garbled-answer', null, name);
    return publishes;
  },
  apply: (computer, { enabled }, _, signal) => computer.setDnsPublishing(enabled, signal),
  isDone: (state, { enabled }) => state === enabled,
  inverse: (change, before) => ({ ...change, enabled: before }),
  leaves: () => 'setting',
  title: ({ enabled }) => ({
    key: enabled ? 'changes.dns-publishing.title' : 'changes.dns-publishing.title-off',
  }),
  manualSteps: ({ enabled }) => [slmgr(enabled ? '-sdns' : '-cdns')],
  showBefore: show,
  showAfter: ({ enabled }) => show(enabled),
});
