/** Adds one SRV record to a DNS zone, or deletes exactly that record (RFC 2136). Signs the update if there's a key. */
import { randomInt } from 'node:crypto';
import { ChangeRefused, type DnsServer, type SrvRecordSpec } from '@engine/computer';
import { OPCODE, rcodeName, readHeader } from './dns-message';
import { encodeName } from './dns-name';
import { queryOverTcp, queryOverUdp, type MatchReply } from './dns-transport';
import { DNS_UPDATE_LIMIT_MS } from './limits';
import { checkAnswer, readTsigKey, signMessage, type TsigKey } from './tsig';

const TYPE_SOA = 6;
const TYPE_SRV = 33;
const CLASS_IN = 1;
const CLASS_NONE = 254;

/** Maximum size of a UDP message without EDNS, in bytes (RFC 1035 §4.2.1). */
const MAX_UDP = 512;

/** Where to send an update, and how to sign it. */
export interface DnsUpdateRoute {
  readonly server: DnsServer;
  /** Path of a BIND key file; null sends the update unsigned. */
  readonly tsigKeyFile: string | null;
}

/** Whether to add the record, or to delete the record with the same name and data, regardless of its TTL. */
export type DnsUpdateAction = 'add' | 'delete';

interface UpdateResult {
  readonly rcode: string;
  readonly tsigError: string | null;
  readonly trusted: boolean;
  readonly truncated: boolean;
}

/**
 * Sends one update and waits for the response.
 *
 * @throws ChangeRefused `dns-refused`, `dns-bad-key`, `dns-no-zone`, `dns-no-answer`, or `not-done` if the record
 *   contains an invalid DNS name; the signal's reason when aborted
 */
export async function updateSrvRecord(
  action: DnsUpdateAction,
  record: SrvRecordSpec,
  { server, tsigKeyFile }: DnsUpdateRoute,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const start = performance.now();
  const limit = () => ({ ms: DNS_UPDATE_LIMIT_MS - (performance.now() - start), signal });
  const key = tsigKeyFile === null ? null : await readTsigKey(tsigKeyFile);
  const id = randomInt(0x10000);
  const request = encodeUpdate(id, action, record);
  const signed = key === null ? null : signMessage(request, key, new Date());
  const message = signed?.message ?? request;
  const judge = replyMatcher(id, key, signed?.mac ?? null);

  let reply =
    message.length > MAX_UDP
      ? await queryOverTcp(server, message, judge, limit())
      : await queryOverUdp(server, message, judge, limit());
  if (reply.outcome === 'answered' && reply.answer.truncated) {
    reply = await queryOverTcp(server, message, judge, limit());
  }
  if (reply.outcome !== 'answered') {
    const said = [reply.outcome, reply.detail].filter(Boolean).join(' ');
    throw new ChangeRefused('dns-no-answer', null, said);
  }
  const refusal = refusalOf(reply.answer);
  if (refusal) throw refusal;
}

/** Encodes the update (RFC 2136 §2): the zone, no prerequisites, one record. Class NONE deletes it (§2.5.4). */
function encodeUpdate(id: number, action: DnsUpdateAction, record: SrvRecordSpec): Buffer {
  let zone: Buffer, name: Buffer, target: Buffer;
  try {
    [zone, name, target] = [
      encodeName(record.zone),
      encodeName(record.name),
      encodeName(record.target),
    ];
  } catch {
    throw new ChangeRefused('not-done', null, 'not-a-dns-name');
  }
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(OPCODE.update << 11, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(1, 8);
  const zoneTail = Buffer.alloc(4);
  zoneTail.writeUInt16BE(TYPE_SOA, 0);
  zoneTail.writeUInt16BE(CLASS_IN, 2);
  const fixed = Buffer.alloc(16);
  fixed.writeUInt16BE(TYPE_SRV, 0);
  fixed.writeUInt16BE(action === 'add' ? CLASS_IN : CLASS_NONE, 2);
  fixed.writeUInt32BE(action === 'add' ? record.ttl : 0, 4);
  fixed.writeUInt16BE(6 + target.length, 8);
  fixed.writeUInt16BE(record.priority, 10);
  fixed.writeUInt16BE(record.weight, 12);
  fixed.writeUInt16BE(record.port, 14);
  return Buffer.concat([header, zone, zoneTail, name, fixed, target]);
}

/**
 * Matches responses to this update. If the request was signed, success counts only if the response is signed too.
 * A refusal always counts, since a server that rejects a key can't sign with it (RFC 8945 §5.3.2).
 */
function replyMatcher(
  id: number,
  key: TsigKey | null,
  requestMac: Buffer | null,
): MatchReply<UpdateResult> {
  return (message) => {
    const header = readHeader(message);
    if (header?.id !== id) return null;
    if (!header.isResponse || header.opcode !== OPCODE.update) return 'garbled';
    try {
      const { valid, error } =
        key && requestMac
          ? checkAnswer(message, requestMac, key, new Date())
          : { valid: true, error: null };
      const answer = {
        rcode: rcodeName(header.rcode),
        tsigError: error,
        trusted: valid,
        truncated: header.truncated,
      };
      return { answer };
    } catch {
      return 'garbled';
    }
  };
}

function refusalOf({ rcode, tsigError, trusted }: UpdateResult): ChangeRefused | null {
  if (tsigError !== null) return new ChangeRefused('dns-bad-key', null, `${rcode} ${tsigError}`);
  switch (rcode) {
    case 'NOERROR':
      return trusted ? null : new ChangeRefused('dns-bad-key', null, 'answer-not-signed');
    case 'NOTAUTH':
    case 'NOTZONE':
      return new ChangeRefused('dns-no-zone', null, rcode);
    default:
      return new ChangeRefused('dns-refused', null, rcode);
  }
}
