/** Adds one SRV record to a DNS zone, or deletes exactly that record (RFC 2136). Signs the update if there's a key. */
import { randomInt } from 'node:crypto';
import {
  ChangeRefused,
  type ChangeReceipt,
  type DnsChangeMethod,
  type SrvRecordSpec,
} from '@engine/computer';
import { bigEndian, OPCODE, rcodeName, readHeader } from './dns-message';
import { encodeName } from './dns-name';
import { queryOverTcp, queryOverUdp, type MatchReply } from './dns-transport';
import { DNS_UPDATE_LIMIT_MS } from './limits';
import { checkAnswer, readTsigKey, signMessage } from './tsig';

const TYPE_SOA = 6;
const TYPE_SRV = 33;
const CLASS_IN = 1;
const CLASS_NONE = 254;

/** Maximum size of a UDP message without EDNS, in bytes (RFC 1035 §4.2.1). */
const MAX_UDP = 512;

/** Where to send an update, and the BIND key file to sign it with; null sends it unsigned. */
export type DnsUpdateRoute = Omit<Extract<DnsChangeMethod, { method: 'dynamic-update' }>, 'method'>;

/** Whether to add the record, or to remove the record with the same name and data, regardless of its TTL. */
export type DnsUpdateAction = 'add' | 'remove';

type SignatureCheck = ReturnType<typeof checkAnswer>;

type UpdateResult = SignatureCheck & { readonly rcode: string; readonly truncated: boolean };

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
): Promise<ChangeReceipt> {
  signal.throwIfAborted();
  const start = performance.now();
  const limit = () => ({ ms: DNS_UPDATE_LIMIT_MS - (performance.now() - start), signal });
  const key = tsigKeyFile === null ? null : await readTsigKey(tsigKeyFile);
  const id = randomInt(0x10000);
  const request = encodeUpdate(id, action, record);
  const signed = key === null ? null : signMessage(request, key, new Date());
  const message = signed?.message ?? request;
  const judge = replyMatcher(id, (reply) =>
    key && signed ? checkAnswer(reply, signed.mac, key, new Date()) : { valid: true, error: null },
  );

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
  return { way: 'dns-update' };
}

/** Encodes the update (RFC 2136 §2): the zone, no prerequisites, one record. Class NONE deletes it (§2.5.4). */
function encodeUpdate(id: number, action: DnsUpdateAction, record: SrvRecordSpec): Buffer {
  const { priority, weight, port } = record;
  const [recordClass, ttl] = action === 'add' ? [CLASS_IN, record.ttl] : [CLASS_NONE, 0];
  const target = nameIn(record.target);
  return Buffer.concat([
    bigEndian(2, id, OPCODE.update << 11, 1, 0, 1, 0),
    nameIn(record.zone),
    bigEndian(2, TYPE_SOA, CLASS_IN),
    nameIn(record.name),
    bigEndian(2, TYPE_SRV, recordClass),
    bigEndian(4, ttl),
    bigEndian(2, 6 + target.length, priority, weight, port),
    target,
  ]);
}

function nameIn(text: string): Buffer {
  try {
    return encodeName(text);
  } catch {
    throw new ChangeRefused('not-done', null, 'not-a-dns-name');
  }
}

/**
 * Matches responses to this update. If the request was signed, success counts only if the response is signed too.
 * A refusal always counts, since a server that rejects a key can't sign with it (RFC 8945 §5.3.2).
 */
function replyMatcher(
  id: number,
  verify: (message: Buffer) => SignatureCheck,
): MatchReply<UpdateResult> {
  return (message) => {
    const header = readHeader(message);
    if (header?.id !== id) return null;
    if (!header.isResponse || header.opcode !== OPCODE.update) return 'garbled';
    try {
      const { rcode, truncated } = header;
      return { answer: { ...verify(message), rcode: rcodeName(rcode), truncated } };
    } catch {
      return 'garbled';
    }
  };
}

function refusalOf({ rcode, error, valid }: UpdateResult): ChangeRefused | null {
  if (error !== null) return new ChangeRefused('dns-bad-key', null, `${rcode} ${error}`);
  switch (rcode) {
    case 'NOERROR':
      return valid ? null : new ChangeRefused('dns-bad-key', null, 'answer-not-signed');
    case 'NOTAUTH':
    case 'NOTZONE':
      return new ChangeRefused('dns-no-zone', null, rcode);
    default:
      return new ChangeRefused('dns-refused', null, rcode);
  }
}
