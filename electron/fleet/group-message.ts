/** The message about a shared cause, for the admin who can cure it. It covers all affected computers. */
import { textOf, type TextLine, type WrittenMessage } from '@shared/admin-message';
import type { FleetGroup } from '@shared/fleet';
import { cureSentence, groupSentence, groupTitle } from '@shared/fleet-words';
import type { Translate } from '@shared/i18n';
import { KMS_PORT } from '@shared/kms';
import { isHostName } from '@shared/names';
import { escapeLine } from '@shared/printable';
import { redact } from '@shared/redaction';
import { recordIn } from '@engine/admin-instructions/compose';
import { recordRequest } from '@engine/admin-instructions/dns-server';
import type { Fleet } from './fleet';

/** Maximum number of names in a message, to keep it readable. */
const MAX_NAMES = 20;

/** Returns the message about a group; null if it's cured on its own computers, or no cure is known. */
export function groupMessage(
  group: FleetGroup,
  { report, members }: Fleet,
  t: Translate,
): WrittenMessage | null {
  const { count, cure } = group;
  if (cure === null || cure.on === 'this-pc') return null;
  const title = groupTitle(group, t);
  const names = (members.get(group.id) ?? []).map(({ name }) => escapeLine(redact(name)));
  const first = names.slice(0, MAX_NAMES).join(t('report.comma'));
  const lines: readonly TextLine[] = [
    { key: 'messages.greeting' },
    '',
    groupSentence({ ...group, cure: null }, report.computers, t),
    '',
    cureSentence(cure, t),
    '',
    ...recordLines(group),
    '',
    names.length > MAX_NAMES
      ? {
          key: 'fleet.page.message.computersMore',
          params: { names: first, number: names.length - MAX_NAMES },
        }
      : { key: 'fleet.page.message.computers', params: { names: first } },
    '',
    { key: 'fleet.page.message.closing' },
  ];
  return {
    for: cure.on,
    subject: t('fleet.page.message.subject', { title, count }),
    text: textOf(lines, t),
  };
}

/**
 * Instructions for creating the missing record. Data from the computers enters a command only if it's a valid host
 * name.
 */
function recordLines({ about: { domain }, cure }: FleetGroup): readonly TextLine[] {
  if (cure?.fix !== 'create-srv-record' || domain === null || !isHostName(domain)) return [];
  const { host, port } = cure.parameters;
  const target = {
    host: typeof host === 'string' && isHostName(host) ? host : '<KMS_FQDN>',
    port: typeof port === 'number' ? port : KMS_PORT,
  };
  return recordRequest(recordIn(domain, target), null);
}
