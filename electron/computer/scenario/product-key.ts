/** Installs a product key in the simulated Windows. */
import type { CimRow, KeyPurpose } from '@engine/computer';
import { clientSetupKeyOf, type ClientSetupKey } from '@shared/client-setup-keys';
import { parseProductKey } from '@shared/product-key';
import { WINDOWS_APPLICATION_ID, LICENSED } from '@shared/kms';
import { valueAt } from '@shared/scenario';
import type { ScenarioEditor, SimulationState } from './document';
import { effectiveRow, rowsOf } from './license';

/** Channels as they appear in Description and ProductKeyChannel. */
const CHANNELS: Readonly<Record<KeyPurpose, { readonly token: string; readonly code: string }>> = {
  'kms-client': { token: 'VOLUME_KMSCLIENT', code: 'Volume:GVLK' },
  mak: { token: 'VOLUME_MAK', code: 'Volume:MAK' },
  'kms-host': { token: 'VOLUME_KMS', code: 'Volume:CSVLK' },
};

/**
 * Parses a key. A published client setup key is recognized regardless of the given purpose. For any other key, Windows
 * would consult its own tables; the simulation trusts the caller.
 *
 * @returns its purpose, the part that may be shown, and its entry in Microsoft's table, null if it isn't published; or
 *   null if it isn't a key, or isn't a client setup key although it should be
 */
export function readKey(text: string, purpose: KeyPurpose) {
  const parsed = parseProductKey(text);
  if (!parsed.ok) return null;
  const published = clientSetupKeyOf(parsed.key) ?? null;
  if (published === null && purpose === 'kms-client') return null;
  return {
    purpose: published === null ? purpose : ('kms-client' as const),
    lastFive: parsed.lastFive,
    published,
  };
}

/** A key in the simulation. */
type KeyToInstall = NonNullable<ReturnType<typeof readKey>>;

/**
 * Installs a key, which replaces the previous one and clears the last error and the license.
 *
 * If the change undoes another one and this is the previous key, the row is restored as it was, except for a license:
 * Windows would have to be activated again.
 */
export function installKey(
  draft: ScenarioEditor,
  key: KeyToInstall,
  back: SimulationState | null,
): void {
  const rows = rowsOf(draft.scenario, 'windows');
  const product =
    effectiveRow(draft.scenario) ?? rows.find(({ row }) => fits(row, key.published)) ?? rows[0];
  const index = product?.index ?? draft.scenario.licensing.products.length;
  const path = ['licensing', 'products', index];
  const former = valueAt(back, path) as CimRow | undefined;
  if (former?.['PartialProductKey'] === key.lastFive) {
    draft.set(path, former['LicenseStatus'] === LICENSED ? unlicensed(former) : former);
    return;
  }
  // A new row isn't in the document yet, so there is nothing to replace.
  if (product === undefined) draft.append(path.slice(0, -1), rekeyed(NEW_ROW, key));
  else draft.set(path, rekeyed(product.row, key, draft.at(path) as CimRow | undefined));
}

const NEW_ROW: CimRow = { ApplicationID: WINDOWS_APPLICATION_ID, LicenseIsAddon: false };

/** Returns a row with another key. @param written the row as the document has it, without defaults */
function rekeyed(row: CimRow, key: KeyToInstall, written = row): CimRow {
  const channel = CHANNELS[key.purpose];
  const description = String(row['Description'] ?? '').split(',')[0];
  const edition = fits(row, key.published) ? {} : editionOf(key);
  return unlicensed({
    ...written,
    ...edition,
    Description: `${description || 'Windows(R) Operating System'}, ${channel.token} channel`,
    ...(row['ProductKeyChannel'] !== undefined && { ProductKeyChannel: channel.code }),
    PartialProductKey: key.lastFive,
  });
}

/** Clears the license and how it was obtained. The activation type that is allowed stays. */
function unlicensed(row: CimRow): CimRow {
  return {
    ...row,
    LicenseStatus: 0,
    LicenseStatusReason: 0,
    GracePeriodRemaining: 0,
    ...(row['VLActivationType'] !== undefined && { VLActivationType: 0 }),
  };
}

function editionOf({ published }: KeyToInstall): CimRow {
  const id = published?.editionIds[0];
  return id === undefined ? {} : { Name: `Windows(R), ${id} edition`, LicenseFamily: id };
}

/** Whether a row is of the edition that a published key is for; any other key is assumed to fit. */
function fits(row: CimRow, published: ClientSetupKey | null): boolean {
  if (published === null) return true;
  const family = String(row['LicenseFamily'] ?? '').toLowerCase();
  return published.editionIds.some((id) => family.startsWith(id.toLowerCase()));
}
