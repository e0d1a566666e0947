/** The licences of the simulated PC: the product rows that count, and what they are. */
import type { CimRow } from '@engine/computer';
import { channelOf, type ChannelClass } from '@shared/channels';
import { WINDOWS_APPLICATION_ID } from '@shared/kms';
import type { CompleteScenario } from '@shared/scenario';

/** A row of SoftwareLicensingProduct in its place. */
export interface ProductRow {
  readonly index: number;
  readonly row: CimRow;
  readonly channel: ChannelClass;
}

/** What Windows was licensed with, LicenseStatus 1. */
export const LICENSED = 1;

/** The rows of an application, without those of add-ons. */
export function rowsOf({ licensing }: CompleteScenario, application: string): ProductRow[] {
  return licensing.products.flatMap((row, index) => {
    const own = String(row['ApplicationID'] ?? '').toLowerCase();
    if (own !== application || row['LicenseIsAddon'] === true) return [];
    const channel = channelOf(text(row['Description']), text(row['ProductKeyChannel'])).class;
    return [{ index, row, channel }];
  });
}

/** The rows of Windows itself, without those of add-ons. */
export const windowsRows = (scenario: CompleteScenario): ProductRow[] =>
  rowsOf(scenario, WINDOWS_APPLICATION_ID);

/** Whether a row has a key. */
export const hasKey = ({ row }: ProductRow): boolean => Boolean(row['PartialProductKey']);

/** Which of several rows with a key counts, best first. */
const FIRST: readonly ((product: ProductRow) => boolean)[] = [
  ({ channel }) => channel === 'kms-host',
  ({ row }) => row['LicenseStatus'] === LICENSED,
  ({ channel }) => channel === 'kms-client',
  () => true,
];

/** The row of Windows that counts; null where none has a key. */
export function licensedRow(scenario: CompleteScenario): ProductRow | null {
  const rows = windowsRows(scenario).filter(hasKey);
  return FIRST.map((counts) => rows.find(counts)).find((row) => row !== undefined) ?? null;
}

/** Where a property of a row stands in the document. */
export const productPath = ({ index }: ProductRow, property: string) =>
  ['licensing', 'products', index, property] as const;

const text = (value: CimRow[string] | undefined): string | null =>
  typeof value === 'string' ? value : null;
