/** Licenses of the simulated PC: which product rows count, and of which channel they are. */
import type { CimRow } from '@engine/computer';
import { channelOf, type ChannelClass } from '@shared/channels';
import { isRowOf, LICENSED, type Application } from '@shared/kms';
import type { CompleteScenario } from '@shared/scenario';
import type { ScenarioEditor } from './document';

/** A row of SoftwareLicensingProduct, with its index. */
export interface ProductRow {
  readonly index: number;
  readonly row: CimRow;
  readonly channel: ChannelClass;
}

/** Returns the rows of an application, without add-ons. */
export function rowsOf({ licensing }: CompleteScenario, application: Application): ProductRow[] {
  return licensing.products.flatMap((row, index) => {
    if (!isRowOf(application, row) || row['LicenseIsAddon'] === true) return [];
    const channel = channelOf(text(row['Description']), text(row['ProductKeyChannel'])).class;
    return [{ index, row, channel }];
  });
}

/** Whether a row has a product key. */
export const hasKey = ({ row }: ProductRow): boolean => Boolean(row['PartialProductKey']);

/** Criteria for which of several rows with a key counts, in order of precedence. */
const FIRST: readonly ((product: ProductRow) => boolean)[] = [
  ({ channel }) => channel === 'kms-host',
  ({ row }) => row['LicenseStatus'] === LICENSED,
  ({ channel }) => channel === 'kms-client',
  () => true,
];

/** Returns the row of Windows that counts; null if none has a key. */
export function effectiveRow(scenario: CompleteScenario): ProductRow | null {
  const rows = rowsOf(scenario, 'windows').filter(hasKey);
  return FIRST.map((counts) => rows.find(counts)).find((row) => row !== undefined) ?? null;
}

/** Sets properties of a row. */
export function setProperties(
  draft: ScenarioEditor,
  { index }: ProductRow,
  properties: CimRow,
): void {
  for (const [property, value] of Object.entries(properties)) {
    draft.set(['licensing', 'products', index, property], value);
  }
}

const text = (value: CimRow[string] | undefined): string | null =>
  typeof value === 'string' ? value : null;
