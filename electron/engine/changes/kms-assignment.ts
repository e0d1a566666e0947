import { KMS_PORT } from '@shared/kms';
import { canonicalName } from '@shared/names';
import { z } from 'zod';
import { SPP_KEY } from '../registry-keys';
import { storedChange, changeText, portNumber, type ChangeType } from './change';
import { hostAndPort, slmgr } from './commands';
import { pasteableHost, pasteableId } from './pasteable';
import { productRow, readSetting } from './read-setting';

/** The manually set KMS host as Windows stores it; both properties are null for automatic discovery. */
export type AssignmentState = { readonly host: string | null; readonly port: number | null };

const show = ({ host, port }: AssignmentState) =>
  host === null
    ? ({ key: 'changes.kms-assignment.automatic' } as const)
    : ({
        key: 'changes.kms-assignment.assigned',
        params: { host: hostAndPort(host, port) },
      } as const);

const schema = storedChange('kms-assignment', {
  /** As Windows stores it, an IPv6 address in brackets; null for automatic discovery. */
  host: changeText.nullable(),
  port: portNumber.nullable(),
  /** The only product it applies to, by its `nameOfProduct`; absent for all products. */
  productId: changeText.optional(),
  /** Restores the setting that a routing test changed. */
  restores: z.literal(true).optional(),
});

/** A change that sets a KMS host, or clears it. */
export type KmsAssignmentChange = z.output<typeof schema>;

/** Sets a KMS host manually (`slmgr -skms`) or returns to automatic discovery (`slmgr -ckms`). */
export const kmsAssignment: ChangeType<KmsAssignmentChange, AssignmentState> = {
  schema,
  stateSchema: z.strictObject({ host: z.string().nullable(), port: z.number().nullable() }),
  slot: ({ productId }) =>
    productId === undefined ? 'kms-assignment' : `kms-assignment:${productId}`,
  async readState(facts, { productId }) {
    if (productId !== undefined) {
      const row = await productRow(facts, productId);
      const host = String(row['KeyManagementServiceMachine'] ?? '').trim();
      return { host: host || null, port: Number(row['KeyManagementServicePort']) || null };
    }
    const [host, port] = await Promise.all([
      readSetting(facts, 'KeyManagementServiceName', 'KeyManagementServiceMachine'),
      // The CIM row has the default port if none is set.
      readSetting(facts, 'KeyManagementServicePort', 'KeyManagementServicePort', KMS_PORT),
    ]);
    return { host: host === '' ? null : host, port: Number(port) || null };
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
  inverse: ({ productId }, before) => ({
    kind: 'kms-assignment',
    ...before,
    ...(productId !== undefined && { productId }),
  }),
  leaves: ({ host }) => (host === null ? 'cleared' : 'setting'),
  title: ({ host, port, restores, skipWhenDone, productId }) => {
    if (productId !== undefined && host === null) {
      return { key: 'changes.kms-assignment.title-clear-product' };
    }
    if (restores === true) return { key: 'changes.kms-assignment.title-restore' };
    if (skipWhenDone !== undefined && host !== null) {
      return {
        key: 'changes.kms-assignment.title-then',
        params: { host: hostAndPort(host, port) },
      };
    }
    return host === null
      ? { key: 'changes.kms-assignment.title-clear' }
      : { key: 'changes.kms-assignment.title', params: { host: hostAndPort(host, port) } };
  },
  manualSteps: ({ host, port, productId }) => {
    const only = productId === undefined ? [] : [pasteableId(productId)];
    return [
      host === null
        ? slmgr('-ckms', ...only)
        : slmgr('-skms', hostAndPort(pasteableHost(host), port), ...only),
    ];
  },
  showBefore: show,
  showAfter: show,
};
