import { isConclusive } from '@shared/kms-path';
import type { Message } from '@shared/message';
import { canonicalName } from '@shared/names';
import { z } from 'zod';
import { Unreadable, type SrvRecordSpec } from '../computer';
import { recordsIn } from '../facts/answers';
import { storedChange, domainText, uint16, defineChange } from './change';
import { pasteableMethod, pasteableRecord } from './pasteable';
import { addByPowerShell, removeByPowerShell, srvData, updateByNsupdate } from './record-commands';

const text = (record: SrvRecordSpec) => ({ record: `${record.name} SRV ${srvData(record)}` });

const show = (isPresent: boolean, record: SrvRecordSpec): Message =>
  isPresent
    ? { key: 'changes.dns-record.present', params: text(record) }
    : { key: 'changes.dns-record.absent' };

const dnsServer = z.strictObject({ address: z.string().max(64), port: uint16 });

/** Adds an SRV record to DNS or removes it, with Microsoft's DNS tools or a dynamic update (RFC 2136). */
export const dnsRecord = defineChange({
  schema: storedChange('dns-record', {
    action: z.enum(['add', 'remove']),
    record: z.strictObject({
      zone: domainText,
      name: domainText,
      target: domainText,
      port: uint16,
      priority: uint16,
      weight: uint16,
      ttl: z.int().min(0).max(0x7fff_ffff),
    }),
    how: z.discriminatedUnion('method', [
      z.strictObject({ method: z.literal('windows-dns'), server: dnsServer.nullable() }),
      z.strictObject({
        method: z.literal('dynamic-update'),
        server: dnsServer,
        tsigKeyFile: z.string().max(4096).nullable(),
      }),
    ]),
    /** Servers queried to check whether the record exists. */
    readAt: z.array(dnsServer).max(64).readonly(),
  }),
  /** The record as found in DNS, without its TTL, which varies; null if it doesn't exist. */
  stateSchema: z
    .strictObject({
      target: z.string(),
      port: z.number(),
      priority: z.number(),
      weight: z.number(),
    })
    .nullable(),
  slot: ({ record }) => `dns-record:${record.name} ${srvData(record)}`,
  async readState(facts, { record, readAt }) {
    const answers = await Promise.all(
      readAt.map((server) => facts.query(server, record.name, 'SRV')),
    );
    if (!answers.some(isConclusive)) throw new Unreadable('no-answer');
    const { target, port, priority, weight } = record;
    const stands = answers
      .flatMap(recordsIn)
      .some(
        (found) => srvData({ ...found, target: canonicalName(found.target) }) === srvData(record),
      );
    return stands ? { target, port, priority, weight } : null;
  },
  apply: (computer, { action, record, how }, _, signal) =>
    action === 'add'
      ? computer.addSrvRecord(record, how, signal)
      : computer.removeSrvRecord(record, how, signal),
  isDone: (state, { action }) => (state !== null) === (action === 'add'),
  inverse: (change, before) => ({
    ...change,
    action: before === null ? ('remove' as const) : ('add' as const),
  }),
  leaves: ({ action }) => (action === 'add' ? 'setting' : 'cleared'),
  // For a dynamic update, or a DNS server on another computer, that server decides who may change the record.
  needsElevation: ({ how }) => how.method === 'windows-dns' && how.server === null,
  title: ({ action, record }) => ({
    key: action === 'add' ? 'changes.dns-record.title' : 'changes.dns-record.title-remove',
    params: text(record),
  }),
  manualSteps(change) {
    const { action } = change;
    const record = pasteableRecord(change.record);
    const how = pasteableMethod(change.how);
    if (how.method === 'dynamic-update') return updateByNsupdate(action, record, how);
    const command = action === 'add' ? addByPowerShell : removeByPowerShell;
    return [command(record, how.server)];
  },
  showBefore: (state, { record }) => show(state !== null, record),
  showAfter: ({ action, record }) => show(action === 'add', record),
});
