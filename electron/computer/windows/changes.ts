/** Changes to this PC. Each one is read back before it counts as made. */
import {
  ChangeRefused,
  KMS_FIREWALL_RULES,
  nullIfUnreadable,
  type ComputerChanges,
  type SrvRecordSpec,
} from '@engine/computer';
import { canonicalName } from '@shared/names';
import { DNS_PORT } from '../network/dns-message';
import { updateSrvRecord, type DnsUpdateAction } from '../network/dns-update';
import { syncClock } from './clock';
import { execute, type Context } from './context';
import { flushDnsCache } from './dns-cache';
import { licensingProducts, type WindowsFacts } from './facts';
import { readKmsRules } from './firewall';
import { throwAsRefusal } from './refusals';
import { setDnsServers } from './dns-servers';
import { activateOffice, changeLicensing, installProductKey, licensed } from './licensing';
import { isActivationType, isAssigned, hasRegistryText, publishes } from './licensing-read-back';
import { restartService, setServiceStart } from './services';
import { domainArgument, kmsHostArgument } from './slmgr';
import { setSuffixSearchList } from './suffix-search-list';

/** Creates the methods that change this PC. */
export function windowsChanges(context: Context, facts: WindowsFacts): ComputerChanges {
  const isLicensed = async (signal: AbortSignal) =>
    licensed(await licensingProducts(context, signal));
  return {
    installProductKey: installProductKey(context),
    activate: (product, signal) =>
      product === 'office'
        ? activateOffice(context, signal)
        : changeLicensing(context, signal, ['-ato'], {}, isLicensed),
    setActivationType: (productId, type, signal) =>
      changeLicensing(context, signal, ['-act-type', String(type)], { productId, type }, () =>
        isActivationType(context, productId, type, signal),
      ),
    depositConfirmationId: async (installationId, confirmationId, signal) => {
      if (!/^\d+$/.test(confirmationId))
        throw new ChangeRefused('not-supported-here', null, 'digits');
      const order = { installationId, confirmationId };
      return changeLicensing(context, signal, ['-atp', confirmationId], order, isLicensed);
    },
    setKmsHost: async (host, port, signal, productId) =>
      changeLicensing(
        context,
        signal,
        host === null ? ['-ckms'] : ['-skms', kmsHostArgument(host, port)],
        host === null ? { productId } : { host, port, productId },
        // The caller reads the row of a product back itself.
        async () => productId !== undefined || isAssigned(context, host, port, signal),
      ),
    setLookupDomain: async (domain, signal, productId) =>
      changeLicensing(
        context,
        signal,
        domain === null ? ['-ckms-domain'] : ['-skms-domain', domainArgument(domain)],
        domain === null ? { productId } : { domain, productId },
        async () =>
          productId !== undefined ||
          hasRegistryText(context, 'KeyManagementServiceLookupDomain', domain ?? '', signal),
      ),
    setDnsPublishing: (enabled, signal) => {
      const isDone = async () => (await publishes(context, signal)) === enabled;
      return changeLicensing(context, signal, [enabled ? '-sdns' : '-cdns'], { enabled }, isDone);
    },
    setRegistryValue: (location, value, signal) => context.registry.write(location, value, signal),
    setServiceStart: setServiceStart(context),
    restartService: restartService(context),
    setKmsFirewallRules: setKmsFirewallRules(context),
    flushDnsCache: (signal) => flushDnsCache(context, signal),
    setSuffixSearchList: setSuffixSearchList(context, facts),
    setDnsServers: setDnsServers(context),
    addSrvRecord: changeRecord(context, 'add'),
    removeSrvRecord: changeRecord(context, 'remove'),
    syncClock: syncClock(context, facts),
  };
}

const setKmsFirewallRules =
  (context: Context): ComputerChanges['setKmsFirewallRules'] =>
  async (rules, signal) => {
    const names = KMS_FIREWALL_RULES.filter((name) => rules[name] !== undefined);
    const switches = {
      on: names.filter((name) => rules[name] === true),
      off: names.filter((name) => rules[name] === false),
    };
    await execute(context, 'set-firewall-rule', switches, signal);
    // The caller reads the rules back too, and reports if that fails.
    const found = (await readKmsRules(context.reader, signal).catch(nullIfUnreadable)) ?? rules;
    const other = names.filter((name) => found[name] !== rules[name]);
    if (other.length > 0) throw new ChangeRefused('not-done', null, other.join(', '));
    return { way: 'powershell' };
  };

const changeRecord =
  (context: Context, action: DnsUpdateAction): ComputerChanges['addSrvRecord'] =>
  async (record, how, signal) => {
    if (how.method === 'dynamic-update') return updateSrvRecord(action, record, how, signal);
    // A Windows DNS server is managed by name, without a port.
    if (how.server !== null && how.server.port !== DNS_PORT) {
      throw new ChangeRefused('not-supported-here', null, 'port');
    }
    const { zone, target, port, priority, weight, ttl } = record;
    const order = {
      action,
      zone,
      name: nameInZone(record),
      server: how.server?.address ?? '',
      target,
      port,
      priority,
      weight,
      ttl,
    };
    const { there } = await execute(context, 'srv-record', order, signal)
      // A garbled answer becomes a refusal too, since it was to show whether the change was made.
      .catch(throwAsRefusal)
      .catch(dnsRefusal);
    if (there !== (action === 'add')) throw new ChangeRefused('not-done', null, record.name);
    return { way: 'powershell' };
  };

/** Returns a record's name relative to its zone, as the cmdlets require. */
function nameInZone({ name, zone }: SrvRecordSpec): string {
  const [full, end] = [canonicalName(name), `.${canonicalName(zone)}`];
  if (!full.endsWith(end)) throw new ChangeRefused('dns-no-zone', null, name);
  return full.slice(0, -end.length);
}

function dnsRefusal(error: unknown): never {
  if (!(error instanceof ChangeRefused)) throw error;
  // DNS_ERROR_ZONE_DOES_NOT_EXIST
  if (error.code === 0x80072581) throw new ChangeRefused('dns-no-zone', error.code, error.said);
  // RPC_S_SERVER_UNAVAILABLE
  if (error.code === 0x800706ba) throw new ChangeRefused('dns-no-answer', error.code, error.said);
  throw error;
}
