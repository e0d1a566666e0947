/** Licenses of the simulated PC: which product rows count, and of which channel they are. */
import type { CimRow } from '@engine/computer';
import { channelOf, type ChannelClass } from '@shared/channels';
import { WINDOWS_APPLICATION_ID, LICENSED } from '@shared/kms';
import type { CompleteScenario } from '@shared/scenario';

/** A row of SoftwareLicensingProduct, with its index. */
export interface ProductRow {
  readonly index: number;
  readonly row: CimRow;
  readonly channel: ChannelClass;
}

/** Returns the rows of an application, without add-ons. */
export function rowsOf({ licensing }: CompleteScenario, application: string): ProductRow[] {
  return licensing.products.flatMap((row, index) => {
    const own = String(row['ApplicationID'] ?? '').toLowerCase();
    if (own !== application || row['LicenseIsAddon'] === true) return [];
    const channel = channelOf(text(row['Description']), text(row['ProductKeyChannel'])).class;
    return [{ index, row, channel }];
  });
}

/** Returns the rows of Windows itself, without add-ons. */
export const windowsRows = (scenario: CompleteScenario): ProductRow[] =>
  rowsOf(scenario, WINDOWS_APPLICATION_ID);

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
  const rows = windowsRows(scenario).filter(hasKey);
  return FIRST.map((counts) => rows.find(counts)).find((row) => row !== undefined) ?? null;
}

/** Returns the path of a row's property in the document. */
export const productPath = ({ index }: ProductRow, property: string) =>
  ['licensing', 'products', index, property] as const;

const text = (value: CimRow[string] | undefined): string | null =>
  typeof value === 'string' ? value : null;
