/**
 * Target `network`: only the network is examined, from this machine, on any operating system. Facts that only Windows
 * can provide are unreadable, with that as the reason.
 */
import { hostname, release, type as systemType, version } from 'node:os';
import { ChangeRefused, Unreadable, type Computer, type SystemInfo } from '@engine/computer';
import { systemLocale } from '@shared/system-locale';
import { withDeadline } from '@engine/deadline';
import { queryDns } from './dns';
import { updateSrvRecord, type DnsUpdateAction } from './dns-update';
import { probeKms } from './kms-probe';
import { readAdapters, readDnsClientSettings } from './os-network';
import { resolveBySystem } from './os-resolver';
import { ping } from './ping';
import { keyFileFault } from './tsig';

/** Creates the computer for target `network`. */
export function createNetworkComputer(): Computer {
  return {
    target: 'network',
    diagnosedAs: 'network',
    now: () => new Date(),
    wait: (ms, signal) => withDeadline({ ms, signal }, () => nothing, nothing),
    system: () => Promise.resolve(readSystem()),
    adapters: () => readAdapters(),
    dnsClientSettings: () => readDnsClientSettings(),
    dnsQuery: queryDns,
    resolve: (name, type, signal) => resolveBySystem(name, type, signal),
    ping: (address, signal) => ping(address, signal),
    probeKms,
    licensingService: needsWindows,
    licensingProducts: needsWindows,
    registryValue: needsWindows,
    service: needsWindows,
    events: needsWindows,
    clockOffset: needsWindows,
    vbscript: needsWindows,
    dnsPolicies: needsWindows,
    dnsTools: needsWindows,
    officeProducts: needsWindows,
    firewallKmsRule: needsWindows,
    kmsFirewallRules: needsWindows,
    outboundBlocked: needsWindows,
    installationId: needsWindows,
    keyFileFault,
    addSrvRecord: changeRecord('add'),
    removeSrvRecord: changeRecord('remove'),
    installProductKey: notSupported,
    activate: notSupported,
    setActivationType: notSupported,
    depositConfirmationId: notSupported,
    setKmsHost: notSupported,
    setLookupDomain: notSupported,
    setDnsPublishing: notSupported,
    setRegistryValue: notSupported,
    setServiceStart: notSupported,
    restartService: notSupported,
    setKmsFirewallRules: notSupported,
    flushDnsCache: notSupported,
    setSuffixSearchList: notSupported,
    setDnsServers: notSupported,
    syncClock: notSupported,
  };
}

const nothing = () => undefined;

function readSystem(): SystemInfo {
  const name = hostname();
  return {
    name,
    os: process.platform === 'win32' ? version() : `${systemType()} ${release()}`,
    build: null,
    server: false,
    uiLanguage: systemLocale(),
    elevated: false,
    id: `network:${name}`,
  };
}

const changeRecord =
  (action: DnsUpdateAction): Computer['addSrvRecord'] =>
  (record, how, signal) =>
    how.method === 'dynamic-update' ? updateSrvRecord(action, record, how, signal) : notSupported();

function needsWindows(): Promise<never> {
  return Promise.reject(new Unreadable('needs-windows'));
}

function notSupported(): Promise<never> {
  return Promise.reject(new ChangeRefused('not-supported-here'));
}
