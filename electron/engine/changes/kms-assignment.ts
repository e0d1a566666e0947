import { KMS_PORT } from '@shared/kms';
import { canonicalName } from '@shared/names';
import { z } from 'zod';
import { SPP_KEY } from '../registry-keys';
import { storedChange, changeText, uint16, defineChange } from './change';
import { hostAndPort, slmgr } from './commands';
import { pasteableHost, pasteableIds } from './pasteable';
import { readSetting } from './read-setting';

/** The manually set KMS host as Windows stores it; both properties are null for automatic discovery. */
type AssignmentState = { readonly host: string | null; readonly port: number | null };

const show = ({ host, port }: AssignmentState) =>
  host === null
    ? ({ key: 'changes.kms-assignment.automatic' } as const)
    : ({
        key: 'changes.kms-assignment.assigned',
        params: { host: hostAndPort(host, port) },
      } as const);

/** Sets a KMS host manually (`slmgr -skms`) or returns to automatic discovery (`slmgr -ckms`). */
export const kmsAssignment = defineChange({
  schema: storedChange('kms-assignment', {
    /** As Windows stores it, an IPv6 address in brackets; null for automatic discovery. */
    host: changeText.nullable(),
    port: uint16.nullable(),
    /** The only product it applies to, by its `nameOfProduct`; absent for all products. */
    productId: changeText.optional(),
    /** Restores the setting that a routing test changed. */
    restores: z.literal(true).optional(),
  }),
  stateSchema: z.strictObject({ host: z.string().nullable(), port: z.number().nullable() }),
  slot: ({ productId }) => `kms-assignment:${productId ?? 'all'}`,
  async readState(facts, { productId }) {
    const [host, port] = await Promise.all([
      readSetting(facts, productId, 'KeyManagementServiceName'),
      // The CIM row has the default port if none is set.
      readSetting(facts, productId, 'KeyManagementServicePort', KMS_PORT),
    ]);
    return { host: host || null, port: Number(port) || null };
  },
  async apply(computer, { host, port, productId }, _, signal) {
    const receipt = await computer.setKmsHost(host, host === null ? null : port, signal, productId);
    // A port without a host has no effect, but it was set before, so restore it.
    if (host === null && port !== null && productId === undefined) {
      await computer.setRegistryValue(
        { key: SPP_KEY, name: 'KeyManagementServicePort' },
        { type: 'REG_SZ', value: String(port) },
        signal,
      );
    }
    return receipt;
  },
  isDone: (state, { host, port }) =>
    host === null
      ? state.host === null && (port === null || state.port === port)
      : canonicalName(state.host ?? '') === canonicalName(host) &&
        (state.port ?? KMS_PORT) === (port ?? KMS_PORT),
  inverse: ({ restores: _, ...change }, before) => ({ ...change, ...before }),
  leaves: ({ host }) => (host === null ? 'cleared' : 'setting'),
  title: ({ host, port, restores, skipWhenDone, productId }) => {
    if (productId !== undefined && host === null) {
      return { key: 'changes.kms-assignment.title-clear-product' };
    }
    if (restores === true) return { key: 'changes.kms-assignment.title-restore' };
    if (host === null) return { key: 'changes.kms-assignment.title-clear' };
    const isAlternative = skipWhenDone !== undefined;
    return {
      key: isAlternative ? 'changes.kms-assignment.title-then' : 'changes.kms-assignment.title',
      params: { host: hostAndPort(host, port) },
    };
  },
  manualSteps: ({ host, port, productId }) => [
    host === null
      ? slmgr('-ckms', ...pasteableIds(productId))
      : slmgr('-skms', hostAndPort(pasteableHost(host), port), ...pasteableIds(productId)),
  ],
  showBefore: show,
  showAfter: (change) => show(change),
});
