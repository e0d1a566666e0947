/** The message to whoever can cure the cause that many computers share. It speaks of all of them. */
import { textOf, type TextLine, type WrittenMessage } from '@shared/admin-message';
import type { FleetGroup } from '@shared/fleet';
import { cureSentence, groupSentence, groupTitle } from '@shared/fleet-words';
import type { Translate } from '@shared/i18n';
import { KMS_PORT } from '@shared/kms';
import { isHostName, kmsRecordName } from '@shared/names';
import { inline } from '@shared/printable';
import { redact } from '@shared/redaction';
import { recordRequest } from '../engine/admin-instructions/dns-server';
import type { Fleet } from './fleet';

/** Names that a message gives; it is read by somebody who has other things to do. */
const MOST_NAMES = 20;

/** The message about a group; null where it is cured on its computers, or nothing is known that cures it. */
export function groupMessage(
  group: FleetGroup,
  { report, members }: Fleet,
  t: Translate,
): WrittenMessage | null {
  const { count, cure } = group;
  if (cure === null || cure.on === 'this-pc') return null;
  const title = groupTitle(group, t);
  const names = (members.get(group.id) ?? []).map(({ name }) => inline(redact(name)));
  const first = names.slice(0, MOST_NAMES).join(t('report.comma'));
  const lines: readonly TextLine[] = [
    { key: 'messages.greeting' },
    '',
    groupSentence({ ...group, cure: null }, report.computers, t),
    '',
    cureSentence(cure, t),
    '',
    ...recordLines(group),
    '',
    names.length > MOST_NAMES
      ? {
          key: 'fleet.page.message.computersMore',
          params: { names: first, number: names.length - MOST_NAMES },
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

/** How the record that a group lacks is created; what the computers wrote gets into a command only where it is a name. */
function recordLines({ about: { domain }, cure }: FleetGroup): readonly TextLine[] {
  if (cure?.fix !== 'create-srv-record' || domain === null || !isHostName(domain)) return [];
  const { host, port } = cure.parameters;
  return recordRequest(
    {
      zone: domain,
      name: kmsRecordName(domain),
      target: typeof host === 'string' && isHostName(host) ? host : '<KMS_FQDN>',
      port: typeof port === 'number' ? port : KMS_PORT,
      priority: 0,
      weight: 0,
      ttl: 3600,
    },
    null,
  );
}
