import { z } from 'zod';
import { Unreadable, type ServiceState } from '../computer';
import type { Facts } from '../facts/facts';
import { storedChange, serviceName, defineChange } from './change';
import { system32 } from './commands';

/** Start types as `sc config` spells them. */
const SC_WORDS = {
  automatic: 'auto',
  'automatic-delayed': 'delayed-auto',
  manual: 'demand',
  disabled: 'disabled',
} as const;

/** Returns the state of the licensing service. @throws Unreadable if it isn't installed */
export async function licensingService(facts: Facts): Promise<ServiceState> {
  const service = await facts.sppsvc();
  if (service === null) throw new Unreadable('tool-missing', 'sppsvc');
  return service;
}

const show = (start: ServiceState['start']) => ({ key: `changes.service-start.${start}` }) as const;

const serviceStartType = z.enum(['automatic', 'automatic-delayed', 'manual', 'disabled']);

/** Sets the start type of a service. */
export const serviceStart = defineChange({
  schema: storedChange('service-start', { service: serviceName, start: serviceStartType }),
  stateSchema: serviceStartType,
  slot: ({ service }) => `service-start:${service}`,
  readState: async (facts) => (await licensingService(facts)).start,
  apply: (computer, { service, start }, _, signal) =>
    computer.setServiceStart(service, start, signal),
  // Version 1.0.0 didn't distinguish the two automatic types: its journal entries have `automatic` for both.
  isDone: (state, { start }) =>
    state === start || (start === 'automatic' && state === 'automatic-delayed'),
  inverse: (change, before) => ({ ...change, start: before }),
  leaves: () => 'setting',
  title: ({ service, start }) => ({
    key: `changes.service-start.title-${start}`,
    params: { service },
  }),
  manualSteps: ({ service, start }) => [
    system32('sc.exe', 'config', service, 'start=', SC_WORDS[start]),
  ],
  showBefore: show,
  showAfter: ({ start }) => show(start),
});
