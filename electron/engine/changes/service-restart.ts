import { z } from 'zod';
import { storedChange, serviceName, defineChange } from './change';
import { system32 } from './commands';
import { licensingService } from './service-start';

/** Restarts a service, which also applies changed settings. */
export const serviceRestart = defineChange({
  schema: storedChange('service-restart', {
    service: serviceName,
    /** Whether the restart applies settings, so that undoing them requires another restart. */
    appliesSettings: z.boolean(),
  }),
  stateSchema: z.enum(['running', 'stopped', 'pending']),
  slot: ({ service }) => `service-state:${service}`,
  readState: async (facts) => (await licensingService(facts)).state,
  apply: (computer, { service }, _, signal) => computer.restartService(service, signal),
  isDone: (state) => state === 'running',
  // The service starts on demand and stops when idle.
  volatile: true,
  inverse: (change) => (change.appliesSettings ? change : null),
  title: ({ service }) => ({ key: 'changes.service-restart.title', params: { service } }),
  manualSteps: ({ service }) => [
    system32('net.exe', 'stop', service),
    system32('net.exe', 'start', service),
  ],
  showBefore: (state) => ({ key: `changes.service-restart.${state}` }),
  showAfter: () => ({ key: 'changes.service-restart.running' }),
});
