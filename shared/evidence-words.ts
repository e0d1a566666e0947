/** Words for values of evidence that Windows and the engine have as bare names, numbers and nothing. */
import type { Evidence, EvidenceValue, ReasonCode } from './diagnosis';
import { formatErrorCode } from './error-codes/format';
import { eventSentence, fieldWords, type DecodedEvent } from './events';
import { translateMessage, type Translate } from './i18n';
import type { MessageKey } from './message';

type Data = Evidence['data'];

const SERVICE_WORDS: Readonly<Record<string, MessageKey>> = {
  running: 'changes.service-restart.running',
  stopped: 'changes.service-restart.stopped',
  pending: 'changes.service-restart.pending',
  automatic: 'changes.service-start.automatic',
  manual: 'changes.service-start.manual',
  disabled: 'changes.service-start.disabled',
};

/** State and start type of a service; what is not known of them stays as it is written. */
export function serviceWords(
  { state, start }: Data,
  t: Translate,
): { readonly state: string; readonly start: string } {
  const word = (value: EvidenceValue | undefined): string => {
    const name = typeof value === 'string' ? value : '';
    const key = SERVICE_WORDS[name];
    return key === undefined ? name : t(key);
  };
  return { state: word(state), start: word(start) };
}

/** What a firewall rule does. */
export function firewallWords({ rule, enabled, blocked }: Data, t: Translate): string {
  if (rule === 'outbound') {
    return t(`checks.outbound-firewall.${blocked === true ? 'blocked' : 'ok'}`);
  }
  if (typeof enabled !== 'boolean') return t('changes.firewall-rule.absent');
  return t(`changes.firewall-rule.${enabled ? 'on' : 'off'}`);
}

/** Numbers of DnsQuery and of Winsock are codes of Windows (winerror.h), which are known as HRESULTs. */
const WIN32_ERROR = 0x80070000;

/** Reasons for which it could not be asked. */
const REASONS = [
  'access-denied',
  'cancelled',
  'garbled-answer',
  'no-answer',
  'script-policy',
  'timed-out',
  'tool-failed',
  'tool-missing',
  'unsupported-query',
] as const satisfies readonly ReasonCode[];

/** Why the system's resolver found nothing: an error code, a word of the system, or the reason why it was not asked. */
export function resolverErrorWords(error: EvidenceValue | undefined, t: Translate): string {
  const text = typeof error === 'string' || typeof error === 'number' ? String(error) : '';
  if (/^\d{1,5}$/.test(text)) return formatErrorCode(WIN32_ERROR | Number(text));
  const reason = REASONS.find((one) => one === text);
  return reason === undefined ? text : t(`reasons.${reason}`);
}

/** How an event's fields read: each with its name. */
export function eventFieldWords(
  { fields }: DecodedEvent,
  t: Translate,
): { readonly name: string; readonly value: string }[] {
  return fields.map((field) => {
    const words = fieldWords(field);
    return {
      name: t(`events.field.${field.name}`),
      value: words === null ? field.value : translateMessage(t, words),
    };
  });
}

/** What an event says, in a sentence. */
export function eventWords(event: DecodedEvent, t: Translate): string {
  return translateMessage(t, eventSentence(event));
}
