import { z } from 'zod';
import type { Facts } from '../facts/facts';
import { SPP_KEY } from '../registry-keys';
import { adminInstructions } from '../admin-instructions/kms-host';
import { readSwitch } from '../parameter-readers';
import { required } from './parameters';
import { defineFix, notApplicable, pendingChanges } from './plan';
import { checkPublishing } from './publishing-check';

/**
 * Turns a KMS host's DNS publishing on or off. Windows stores this in a CIM property and in the registry value that
 * Microsoft's article names, and slmgr changes neither on a host that isn't activated, so this handles both.
 */
export const setDnsPublishing = defineFix({
  parameters: z.strictObject({ enabled: required('switch', readSwitch) }),
  async plan({ values: { enabled }, view, facts }) {
    if (view.role !== 'kms-host') {
      return { handover: adminInstructions(enabled ? 'publishing-on' : 'publishing-off', view) };
    }
    const changes = await pendingChanges(facts, [
      { kind: 'dns-publishing', enabled },
      enabled &&
        (await isBlockedInRegistry(facts)) && {
          kind: 'registry-value',
          location: { key: SPP_KEY, name: 'DisableDnsPublishing' },
          value: { type: 'REG_DWORD', value: 0 },
        },
    ]);
    if (changes.length === 0) {
      return notApplicable({
        key: enabled ? 'fixes.notHere.publishingOn' : 'fixes.notHere.publishingOff',
      });
    }
    return {
      changes: [...changes, { kind: 'service-restart', service: 'sppsvc', appliesSettings: true }],
    };
  },
  initial: ({ publishing }) => ({ enabled: publishing !== 'on' }),
  afterApply: (ending) => (ending.values.enabled ? checkPublishing(ending) : Promise.resolve([])),
});

async function isBlockedInRegistry(facts: Facts): Promise<boolean> {
  const value = await facts.registry('DisableDnsPublishing');
  return value?.type === 'REG_DWORD' && value.value !== 0;
}
