/** What the simulated PC says of itself and its network. */
import {
  KMS_FIREWALL_RULES,
  Unreadable,
  type Computer,
  type ComputerFacts,
  type KmsProbe,
  type ServiceName,
} from '@engine/computer';
import { APPLICATION_IDS, type Application } from '@shared/kms';
import { formatEndpoint } from '@shared/names';
import { dnsFact, registryFact, whyUnread, type CompleteScenario } from '@shared/scenario';
import { keyFileFault } from '../network/tsig';
import { ANSWER_MS, SILENCE_MS, answerOf } from './dns';
import { readBy, type Tool } from './faults';
import { answersPing, simulateConnection } from './kms-host';
import { licensedRow } from './licence';
import {
  isPlacedByProduct,
  policiesOf,
  policyHostsOf,
  registryValueOf,
  serviceRowOf,
} from './registry';
import { resolveName } from './resolver';

/** The state of the PC that facts are read from. */
export interface FactSource {
  readonly scenario: CompleteScenario;
  /** Whether a service runs although the document has it at rest: it was just started. */
  isStarted(name: ServiceName): boolean;
  /** Passes the real time that an answer takes; rejects when aborted. */
  pause(signal: AbortSignal): Promise<void>;
}

/** Makes the questions of the port. */
export function scenarioFacts(
  source: FactSource,
): ComputerFacts & Pick<Computer, 'isLeftOut' | 'isPlacedByProduct' | 'policyKmsHosts'> {
  const ask = async <T>(
    signal: AbortSignal,
    fact: string,
    read: (scenario: CompleteScenario) => T,
  ): Promise<T> => {
    await source.pause(signal);
    const reason = whyUnread(source.scenario, fact);
    if (reason !== null) throw new Unreadable(reason);
    return read(source.scenario);
  };
  /** Asks what only Windows knows, by one of its tools. */
  const askWindows = <T>(
    signal: AbortSignal,
    fact: string,
    tool: Tool | null,
    read: (scenario: CompleteScenario) => T,
  ): Promise<T> =>
    ask(signal, fact, (scenario) => {
      if (scenario.of === 'network') throw new Unreadable('needs-windows');
      if (tool !== null) readBy(tool, scenario);
      return read(scenario);
    });
  const askLicensing = <T>(
    signal: AbortSignal,
    fact: string,
    read: (scenario: CompleteScenario) => T,
  ): Promise<T> =>
    askWindows(signal, fact, 'powershell', (scenario) => {
      const sppsvc = serviceOf(scenario, 'sppsvc');
      if (sppsvc === null || sppsvc.start === 'disabled') {
        throw new Unreadable('service-disabled', 'powershell');
      }
      return read(scenario);
    });

  const askProducts = (signal: AbortSignal, fact: string, application: Application) =>
    askLicensing(signal, fact, ({ licensing }) =>
      licensing.products.filter(
        (row) =>
          Boolean(row['PartialProductKey']) &&
          String(row['ApplicationID']).toLowerCase() === APPLICATION_IDS[application],
      ),
    );

  return {
    system: (signal) =>
      ask(signal, 'system', ({ computer }) => ({
        name: computer.name,
        os: computer.os,
        build: computer.build,
        server: computer.server,
        uiLanguage: computer.uiLanguage,
        elevated: computer.elevated,
        id: `scenario:${computer.name}`,
      })),
    adapters: (signal) => ask(signal, 'adapters', ({ adapters }) => adapters),
    dnsClientSettings: (signal) =>
      ask(signal, 'dnsClient', ({ computer }) => ({
        adDomain: computer.domain,
        primaryDnsSuffix: computer.primaryDnsSuffix,
        suffixSearchList: computer.dnsSuffixSearchList,
      })),
    dnsPolicies: (signal) => askWindows(signal, 'dnsPolicies', 'registry', policiesOf),
    isPlacedByProduct: (signal) =>
      askWindows(signal, 'placedByProduct', 'registry', isPlacedByProduct),
    policyKmsHosts: (signal) => askWindows(signal, 'policyKmsHosts', 'registry', policyHostsOf),
    dnsTools: (signal) => askWindows(signal, 'dnsTools', null, ({ computer }) => computer.dnsTools),
    licensingService: (signal) => askLicensing(signal, 'service', serviceRowOf),
    licensingProducts: (signal) => askProducts(signal, 'licence', 'windows'),
    officeProducts: (signal) => askProducts(signal, 'office', 'office'),
    registryValue: ({ key, name }, signal) =>
      askWindows(signal, registryFact(key, name), 'registry', (scenario) =>
        registryValueOf(scenario, key, name),
      ),
    service: (name, signal) =>
      askWindows(signal, name, 'powershell', (scenario) => {
        const service = serviceOf(scenario, name);
        const started = service !== null && service.start !== 'disabled' && source.isStarted(name);
        return started ? { ...service, state: 'running' } : service;
      }),
    events: (signal) => askWindows(signal, 'events', 'powershell', ({ events }) => events),
    clockOffset: (signal) =>
      askWindows(signal, 'clock', null, ({ computer }) => ({
        minutes: computer.clockSkewMinutes,
        source: computer.domain ?? 'time.windows.com',
      })),
    vbscript: (signal) => askWindows(signal, 'vbscript', null, ({ computer }) => computer.vbscript),
    firewallKmsRule: (signal) =>
      askWindows(signal, 'firewallRule', 'powershell', ({ computer }) => computer.firewallKmsRule),
    kmsFirewallRules: (signal) =>
      askWindows(signal, 'firewallRule', 'powershell', ({ computer: { firewallKmsRule } }) =>
        firewallKmsRule === null ? {} : { [KMS_FIREWALL_RULES[0]]: firewallKmsRule },
      ),
    outboundBlocked: (_port, signal) =>
      askWindows(signal, 'outboundBlocked', 'powershell', ({ computer }) => {
        if (!computer.outboundBlocked) return null;
        return computer.outboundBlockedByPolicy ? 'group-policy' : 'this-pc';
      }),
    installationId: (signal) =>
      askLicensing(signal, 'licence', (scenario) => {
        const row = licensedRow(scenario)?.row;
        if (row === undefined) return null;
        const own = row['OfflineInstallationId'];
        return typeof own === 'string' && own !== '' ? own : installationIdFor(scenario, row);
      }),
    // The one thing of a simulated PC that is really there.
    keyFileFault,
    dnsQuery: (server, name, type, transport, signal) =>
      ask(signal, dnsFact(server, name, type), (scenario) =>
        answerOf(scenario, server, name, type, transport),
      ),
    resolve: (name, type, signal) =>
      ask(signal, `resolver/${name}/${type}`, (scenario) => {
        if (scenario.of === 'this-pc') readBy('powershell', scenario);
        return resolveName(scenario, name, type);
      }),
    ping: (address, signal) =>
      ask(signal, `ping/${address}`, (scenario) => {
        readBy('ping', scenario);
        const replied = answersPing(scenario, address);
        return { replied, ms: replied ? ANSWER_MS : SILENCE_MS };
      }),
    isLeftOut: (address, port) =>
      whyUnread(source.scenario, `port/${formatEndpoint(address, port)}`) === 'left-out',
    probeKms: ({ host, port }, signal): KmsProbe => {
      const at = formatEndpoint(host, port);
      const connected = ask(
        signal,
        `port/${at}`,
        (scenario) => simulateConnection(scenario, host, port).connected,
      );
      const answered = connected.then(({ outcome }) =>
        outcome === 'open'
          ? ask(
              signal,
              `rpc/${at}`,
              (scenario) => simulateConnection(scenario, host, port).answered,
            )
          : null,
      );
      // Whoever awaits only the connection must not be met by the other one's rejection.
      answered.catch(() => undefined);
      return { connected, answered };
    },
  };
}

/** A service by name, as Windows compares names; null where there is none. */
export function serviceOf(
  { services }: CompleteScenario,
  name: ServiceName,
): CompleteScenario['services'][string] | null {
  const key = serviceKey(services, name);
  return key === null ? null : (services[key] ?? null);
}

/** The name under which a scenario has a service; null where it has none. */
export function serviceKey(
  services: CompleteScenario['services'],
  name: ServiceName,
): string | null {
  return Object.keys(services).find((key) => key.toLowerCase() === name.toLowerCase()) ?? null;
}

/** Length of an installation id: nine groups of seven digits (slmgr /dti). */
const INSTALLATION_ID_DIGITS = 63;

/** Digits that are the same for the same PC and key, and mean nothing. */
function installationIdFor(
  { computer }: CompleteScenario,
  row: Readonly<Record<string, unknown>>,
): string {
  let state = 2_166_136_261;
  for (const character of `${computer.name}/${String(row['PartialProductKey'])}`) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  }
  let digits = '';
  while (digits.length < INSTALLATION_ID_DIGITS) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    digits += String(state >>> 28 > 9 ? (state >>> 24) % 10 : state >>> 28);
  }
  return digits;
}
