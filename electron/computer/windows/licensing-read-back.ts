/** Reads back the settings of the licensing service after a change, from the registry and the service's own row. */
import { Unreadable, type ActivationType, type CimValue } from '@engine/computer';
import {
  MIRRORED_PROPERTIES,
  SPP_KEY,
  sppSubkey,
  type RegistryValue,
  type RegistryValueName,
} from '@engine/registry-keys';
import { KMS_PORT } from '@shared/kms';
import type { Context } from './context';
import { licensingProducts, licensingService } from './facts';

/**
 * Whether this host and port are assigned; null means none. If one of them is known to differ, it doesn't matter
 * whether the other can be read.
 *
 * @throws Unreadable
 */
export async function isAssigned(
  context: Context,
  host: string | null,
  port: number | null,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await Promise.all([
    attempt(hasRegistryText(context, 'KeyManagementServiceName', host ?? '', signal)),
    attempt(hasRegistryText(context, 'KeyManagementServicePort', port?.toString() ?? '', signal)),
  ]);
  if (found.includes(false)) return false;
  for (const one of found) if (one instanceof Unreadable) throw one;
  return true;
}

/**
 * Whether the registry, or else the licensing service, has this text; empty means that it isn't set. The registry is up
 * to date immediately on any Windows. The service is queried if the registry differs or can't be read. If the service
 * can't be read, the registry decides.
 *
 * @throws Unreadable if neither can be read
 */
export async function hasRegistryText(
  context: Context,
  name: keyof typeof MIRRORED_PROPERTIES,
  wanted: string,
  signal: AbortSignal,
): Promise<boolean> {
  const value = await attempt(context.registry.read({ key: SPP_KEY, name }, signal));
  const isRead = !(value instanceof Unreadable);
  if (isRead && isSame(name, value?.value, wanted)) return true;
  const found = await attempt(propertyOf(context, MIRRORED_PROPERTIES[name], signal));
  if (!(found instanceof Unreadable)) return isSame(name, found, wanted);
  if (isRead) return false;
  throw found;
}

/**
 * Whether a KMS host may publish itself: it may not if publishing is turned off in either place. On a PC that isn't an
 * activated KMS host, slmgr exits with 0 for both commands and does nothing.
 *
 * @throws Unreadable
 */
export async function publishes(context: Context, signal: AbortSignal): Promise<boolean> {
  const location = { key: SPP_KEY, name: 'DisableDnsPublishing' } as const;
  const value = await attempt(context.registry.read(location, signal));
  if (!(value instanceof Unreadable) && Number(value?.value ?? 0) !== 0) return false;
  return (await propertyOf(context, 'KeyManagementServiceDnsPublishing', signal)) === true;
}

/**
 * Whether this is the type by which Windows may be activated.
 *
 * @param productId null for the service's own setting, which only the registry has
 * @throws Unreadable
 */
export async function isActivationType(
  context: Context,
  productId: string | null,
  type: ActivationType,
  signal: AbortSignal,
): Promise<boolean> {
  const key = productId === null ? SPP_KEY : sppSubkey('windows', productId);
  const name = 'VLActivationType';
  const value = key === null ? null : await attempt(context.registry.read({ key, name }, signal));
  if (!(value instanceof Unreadable)) return Number(value?.value ?? 0) === type;
  const rows = productId === null ? [] : await licensingProducts(context, signal);
  const own = rows.find(({ ID: id }) => String(id).toLowerCase() === productId);
  const shown = own?.['VLActivationTypeEnabled'];
  if (shown === undefined) throw value;
  return shown === type;
}

/** Reads a property of the service's row. @throws Unreadable also if the row lacks it */
async function propertyOf(context: Context, name: string, signal: AbortSignal): Promise<CimValue> {
  const found = (await licensingService(context, signal))[name];
  if (found === undefined) throw new Unreadable('garbled-answer', 'powershell.exe', name);
  return found;
}

type Found = RegistryValue['value'] | CimValue | undefined;

function isSame(name: RegistryValueName, found: Found, wanted: string): boolean {
  // If no port is set, the service's row has the default one, or 0.
  const unset = name === 'KeyManagementServicePort' ? ['0', String(KMS_PORT)] : [];
  const plain = (value: Found) => {
    const text = String(value ?? '').toLowerCase();
    return unset.includes(text) ? '' : text;
  };
  return plain(found) === plain(wanted);
}

/** Returns the value, or the error if it's unreadable. */
function attempt<T>(reading: Promise<T>): Promise<T | Unreadable> {
  return reading.catch((error: unknown) => {
    if (error instanceof Unreadable) return error;
    throw error;
  });
}
