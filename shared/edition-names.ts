/** Familiar names of Windows editions; texts are under `editions.<EditionID>`. */
import { editions } from './locales/en.json';
import type { MessageKey } from './message';

type NamedEdition = keyof typeof editions;

const named = new Map<string, NamedEdition>(
  (Object.keys(editions) as NamedEdition[]).map((id) => [id.toLowerCase(), id]),
);

/** Returns the translated name of an edition (`LicenseFamily`, `EditionID`), or the ID itself if it has no name. */
export function editionName(id: string, translate: (key: MessageKey) => string): string {
  const known = named.get(id.toLowerCase());
  return known === undefined ? id : translate(`editions.${known}`);
}
