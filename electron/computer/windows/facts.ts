/** Facts about this PC. */
import { APPLICATION_IDS } from '@shared/kms';
import {
  Unreadable,
  WIN32_STARTS,
  WIN32_STATES,
  type CimRow,
  type Computer,
  type ComputerFacts,
  type DnsClientSettings,
  type ServiceState,
} from '@engine/computer';
import { KMS_HOSTS_POLICY, MIRRORED_PROPERTIES, SPP_KEY } from '@engine/registry-keys';
import { msSince } from '@engine/deadline';
import type { Answer } from './answers';
import { readClockOffset } from './clock';
import { query, type Context } from './context';
import { toSppEvent } from './events';
import { readKmsRule, readKmsRules, readOutboundBlocked } from './firewall';
import { fromCim, readAdapters, readDnsClientSettings, readDnsPolicies } from './network-settings';
import { toResolverAnswer } from './resolver';
import { readService, withDelay } from './services';
import { canRunVbscript } from './slmgr';
import { readSystem } from './system';
import { lookUp } from '@shared/look-up';

/** Facts from Windows itself; network facts are implemented elsewhere. */
export type WindowsFacts = Omit<ComputerFacts, 'dnsQuery' | 'keyFileFault' | 'ping' | 'probeKms'> &
  Pick<Computer, 'isPlacedByProduct' | 'policyKmsHosts'>;

/** Matches the key of an application, and any key below it. */
const OF_APPLICATION = new RegExp(
  `\\\\SoftwareProtectionPlatform\\\\(?:${Object.values(APPLICATION_IDS).join('|')})(?:\\\\|$)`,
  'i',
);

/** Creates the methods that read facts. */
export function windowsFacts(context: Context): WindowsFacts {
  const { windowsHost, paths, reader, networkReader, registry } = context;
  const dnsClientSettings = (signal: AbortSignal): Promise<DnsClientSettings> =>
    readDnsClientSettings(networkReader, signal).catch(
      instead(async () => fromCim(await networkSettings(context, signal)).client),
    );
  return {
    system: (signal) => readSystem(context, signal),
    adapters: (signal) =>
      readAdapters(windowsHost.host(), networkReader, signal).catch(
        instead(async () => fromCim(await networkSettings(context, signal)).adapters),
      ),
    dnsClientSettings,
    dnsPolicies: (signal) => readDnsPolicies(networkReader, signal),
    // Loading the module to find out would take seconds.
    dnsTools: () => windowsHost.has(`${paths.modules}\\DnsServer\\DnsServer.psd1`),
    licensingService: (signal) => licensingService(context, signal),
    licensingProducts: (signal) => licensingProducts(context, signal),
    officeProducts: (signal) => licensingProducts(context, signal, { application: 'office' }),
    isPlacedByProduct: async (signal) => {
      // One process, on a key that always exists; which applications have a subkey varies.
      const keys = await networkReader.tree(SPP_KEY, Object.keys(MIRRORED_PROPERTIES), signal);
      return keys.some(({ path, values }) => values.size > 0 && OF_APPLICATION.test(path));
    },
    policyKmsHosts: async (signal) => {
      const { key, name } = KMS_HOSTS_POLICY;
      const found = await networkReader.value(key, name, signal);
      return found?.type === 'REG_MULTI_SZ' ? found.value : [];
    },
    registryValue: (location, signal) => registry.read(location, signal),
    service: (name, signal) =>
      readService(context)(name, signal).catch(
        instead(async () => {
          const [row] = await query(context, 'service', { name }, signal);
          return row === undefined ? null : toServiceState(row);
        }),
      ),
    events: async (signal) => (await query(context, 'events', {}, signal)).map(toSppEvent),
    clockOffset: (signal) => readClockOffset(context, dnsClientSettings(signal), signal),
    vbscript: (signal) => canRunVbscript(context, signal),
    firewallKmsRule: (signal) => readKmsRule(context, signal),
    kmsFirewallRules: (signal) => readKmsRules(reader, signal),
    outboundBlocked: readOutboundBlocked(context),
    resolve: async (name, type, signal) => {
      const start = performance.now();
      const answer = await query(context, 'resolve', { name, type }, signal);
      return toResolverAnswer(name, type, answer, msSince(start));
    },
    installationId: async (signal) => {
      const rows = await query(context, 'installation-id', {}, signal);
      const ids = rows
        .filter(({ LicenseIsAddon: isAddOn }) => isAddOn !== true)
        .map(({ OfflineInstallationId: id }) => id.replace(/\D/g, ''));
      return ids.find((id) => id !== '') ?? null;
    },
  };
}

/** Reads the row of SoftwareLicensingService. */
export async function licensingService(context: Context, signal: AbortSignal): Promise<CimRow> {
  const question = 'licensing-service';
  const rows = await query(context, question, {}, signal);
  const [row] = rows;
  if (row !== undefined && rows.length === 1) return row;
  throw new Unreadable('garbled-answer', 'powershell.exe', `${question}: ${rows.length} rows`);
}

/**
 * Reads the rows of an application in SoftwareLicensingProduct, without add-ons such as extended security updates.
 *
 * @param of the application, unless it's Windows
 */
export async function licensingProducts(
  context: Context,
  signal: AbortSignal,
  of: { readonly application?: 'office' } = {},
): Promise<CimRow[]> {
  const rows = await query(context, 'licensing-products', of, signal);
  return rows.filter((row) => row['LicenseIsAddon'] !== true);
}

const networkSettings = (context: Context, signal: AbortSignal) =>
  query(context, 'network-settings', {}, signal);

/** Converts a row of Win32_Service. */
function toServiceState({
  State,
  StartMode,
  DelayedAutoStart,
}: Answer<'service'>[number]): ServiceState {
  const start = lookUp(WIN32_STARTS, StartMode);
  if (start === undefined) throw new Unreadable('garbled-answer', 'powershell.exe', StartMode);
  return {
    state: lookUp(WIN32_STATES, State) ?? 'pending',
    start: withDelay(start, DelayedAutoStart === true),
  };
}

/** Falls back to a second source if the first one is unreadable. If both fail, the second error is thrown. */
function instead<T>(second: () => Promise<T>): (error: unknown) => Promise<T> {
  return (error) => {
    if (error instanceof Unreadable) return second();
    throw error;
  };
}
