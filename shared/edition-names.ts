/** Editions of Windows by the names that people know; words under `editions.<EditionID>`. */
import { editions } from './locales/en.json';
import type { MessageKey } from './message';

type NamedEdition = keyof typeof editions;

const named = new Map<string, NamedEdition>(
  (Object.keys(editions) as NamedEdition[]).map((id) => [id.toLowerCase(), id]),
);

/** The name of an edition (`LicenseFamily`, `EditionID`) in a language; the id itself where it has none. */
export function editionName(id: string, translate: (key: MessageKey) => string): string {
  const known = named.get(id.toLowerCase());
  return known === undefined ? id : translate(`editions.${known}`);
}
