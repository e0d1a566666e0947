/** The licence of the simulated Windows: the product row that counts, and what it is. */
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

/** The rows of Windows itself, without those of add-ons. */
export function windowsRows({ licensing }: CompleteScenario): ProductRow[] {
  return licensing.products.flatMap((row, index) => {
    const application = String(row['ApplicationID'] ?? '').toLowerCase();
    if (application !== WINDOWS_APPLICATION_ID || row['LicenseIsAddon'] === true) return [];
    const channel = channelOf(text(row['Description']), text(row['ProductKeyChannel'])).class;
    return [{ index, row, channel }];
  });
}

/** The row that has the key, a KMS host's before others; null where none has one. */
export function licensedRow(scenario: CompleteScenario): ProductRow | null {
  const rows = windowsRows(scenario).filter(({ row }) => Boolean(row['PartialProductKey']));
  return rows.find(({ channel }) => channel === 'kms-host') ?? rows[0] ?? null;
}

/** Where a property of a row stands in the document. */
export const productPath = ({ index }: ProductRow, property: string) =>
  ['licensing', 'products', index, property] as const;

const text = (value: CimRow[string] | undefined): string | null =>
  typeof value === 'string' ? value : null;
