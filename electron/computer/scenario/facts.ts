/** Facts about the simulated PC and its network. */
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
import { assertCanRead, type Tool } from './faults';
import { answersPing, simulateConnection } from './kms-host';
import { effectiveRow } from './license';
import {
  isPlacedByProduct,
  policiesOf,
  policyHostsOf,
  registryValueOf,
  serviceRowOf,
} from './registry';
import { resolveName } from './resolver';

/** State of the PC that facts are read from. */
export interface FactSource {
  readonly scenario: CompleteScenario;
  /** Whether a service was just started, and so runs even if it's stopped in the document. */
  isStarted(name: ServiceName): boolean;
  /** Waits the real time that an answer takes; rejects when aborted. */
  pause(signal: AbortSignal): Promise<void>;
}

/** A method of {@link ComputerFacts} that takes only a signal. */
type Question<T> = (signal: AbortSignal) => Promise<T>;

type Read<T> = (scenario: CompleteScenario) => T;

/** Ways to query the PC. */
interface Asking {
  /** For facts that any target has. */
  readonly ask: <T>(fact: string, read: Read<T>) => Question<T>;
  /** For facts that only Windows has, through one of its tools. */
  readonly askWindows: <T>(fact: string, tool: Tool | null, read: Read<T>) => Question<T>;
  /** For facts of the licensing service. */
  readonly askLicensing: <T>(fact: string, read: Read<T>) => Question<T>;
}

function askingOf(source: FactSource): Asking {
  const asking: Asking = {
    ask: (fact, read) => async (signal) => {
      await source.pause(signal);
      const reason = whyUnread(source.scenario, fact);
      if (reason !== null) throw new Unreadable(reason);
      return read(source.scenario);
    },
    askWindows: (fact, tool, read) =>
      asking.ask(fact, (scenario) => {
        if (scenario.of === 'network') throw new Unreadable('needs-windows');
        if (tool !== null) assertCanRead(tool, scenario);
        return read(scenario);
      }),
    askLicensing: (fact, read) =>
      asking.askWindows(fact, 'powershell', (scenario) => {
        const sppsvc = serviceOf(scenario, 'sppsvc');
        if (sppsvc === null || sppsvc.start === 'disabled') {
          throw new Unreadable('service-disabled', 'powershell');
        }
        return read(scenario);
      }),
  };
  return asking;
}

type ScenarioFacts = ComputerFacts &
  Pick<Computer, 'isLeftOut' | 'isPlacedByProduct' | 'policyKmsHosts'>;

type NetworkQuestion = 'dnsQuery' | 'resolve' | 'ping' | 'isLeftOut' | 'probeKms';

/** Creates the methods that read facts. */
export function scenarioFacts(source: FactSource): ScenarioFacts {
  const asking = askingOf(source);
  return { ...windowsFacts(source, asking), ...networkFacts(source, asking) };
}

function windowsFacts(
  source: FactSource,
  { ask, askWindows, askLicensing }: Asking,
): Omit<ScenarioFacts, NetworkQuestion> {
  const askProducts = (fact: string, application: Application) =>
    askLicensing(fact, ({ licensing }) =>
      licensing.products.filter(
        (row) =>
          Boolean(row['PartialProductKey']) &&
          String(row['ApplicationID']).toLowerCase() === APPLICATION_IDS[application],
      ),
    );
  return {
    system: ask('system', ({ computer: { name, os, build, server, uiLanguage, elevated } }) => ({
      ...{ name, os, build, server, uiLanguage, elevated },
      id: `scenario:${name}`,
    })),
    adapters: ask('adapters', ({ adapters }) => adapters),
    dnsClientSettings: ask('dnsClient', ({ computer }) => ({
      adDomain: computer.domain,
      primaryDnsSuffix: computer.primaryDnsSuffix,
      suffixSearchList: computer.dnsSuffixSearchList,
    })),
    dnsPolicies: askWindows('dnsPolicies', 'registry', policiesOf),
    isPlacedByProduct: askWindows('placedByProduct', 'registry', isPlacedByProduct),
    policyKmsHosts: askWindows('policyKmsHosts', 'registry', policyHostsOf),
    dnsTools: askWindows('dnsTools', null, ({ computer }) => computer.dnsTools),
    licensingService: askLicensing('service', serviceRowOf),
    licensingProducts: askProducts('licence', 'windows'),
    officeProducts: askProducts('office', 'office'),
    registryValue: ({ key, name }, signal) =>
      askWindows(registryFact(key, name), 'registry', (scenario) =>
        registryValueOf(scenario, key, name),
      )(signal),
    service: (name, signal) =>
      askWindows(name, 'powershell', (scenario) => {
        const service = serviceOf(scenario, name);
        const started = service !== null && service.start !== 'disabled' && source.isStarted(name);
        return started ? { ...service, state: 'running' as const } : service;
      })(signal),
    events: askWindows('events', 'powershell', ({ events }) => events),
    clockOffset: askWindows('clock', null, ({ computer }) => ({
      minutes: computer.clockSkewMinutes,
      source: computer.domain ?? 'time.windows.com',
    })),
    vbscript: askWindows('vbscript', null, ({ computer }) => computer.vbscript),
    firewallKmsRule: askWindows(
      'firewallRule',
      'powershell',
      ({ computer }) => computer.firewallKmsRule,
    ),
    kmsFirewallRules: askWindows(
      'firewallRule',
      'powershell',
      ({ computer: { firewallKmsRule } }) =>
        firewallKmsRule === null ? {} : { [KMS_FIREWALL_RULES[0]]: firewallKmsRule },
    ),
    outboundBlocked: (_port, signal) =>
      askWindows('outboundBlocked', 'powershell', ({ computer }) => {
        if (!computer.outboundBlocked) return null;
        return computer.outboundBlockedByPolicy ? 'group-policy' : 'this-pc';
      })(signal),
    installationId: askLicensing('licence', (scenario) => {
      const row = effectiveRow(scenario)?.row;
      if (row === undefined) return null;
      const own = row['OfflineInstallationId'];
      return typeof own === 'string' && own !== '' ? own : installationIdFor(scenario, row);
    }),
    // Unlike everything else in the simulation, the key file is real.
    keyFileFault,
  };
}

function networkFacts(source: FactSource, { ask }: Asking): Pick<ScenarioFacts, NetworkQuestion> {
  return {
    dnsQuery: (server, name, type, transport, signal) =>
      ask(dnsFact(server, name, type), (scenario) =>
        answerOf(scenario, server, name, type, transport),
      )(signal),
    resolve: (name, type, signal) =>
      ask(`resolver/${name}/${type}`, (scenario) => {
        if (scenario.of === 'this-pc') assertCanRead('powershell', scenario);
        return resolveName(scenario, name, type);
      })(signal),
    ping: (address, signal) =>
      ask(`ping/${address}`, (scenario) => {
        assertCanRead('ping', scenario);
        const replied = answersPing(scenario, address);
        return { replied, ms: replied ? ANSWER_MS : SILENCE_MS };
      })(signal),
    isLeftOut: (address, port) =>
      whyUnread(source.scenario, `port/${formatEndpoint(address, port)}`) === 'left-out',
    probeKms: ({ host, port }, signal): KmsProbe => {
      const at = formatEndpoint(host, port);
      const connection = (scenario: CompleteScenario) => simulateConnection(scenario, host, port);
      const connected = ask(`port/${at}`, (scenario) => connection(scenario).connected)(signal);
      const answered = connected.then(({ outcome }) =>
        outcome === 'open'
          ? ask(`rpc/${at}`, (scenario) => connection(scenario).answered)(signal)
          : null,
      );
      // A caller that awaits only the connection must not cause an unhandled rejection of the response.
      answered.catch(() => undefined);
      return { connected, answered };
    },
  };
}

/** Returns a service by name, ignoring case as Windows does; null if there is none. */
export function serviceOf(
  { services }: CompleteScenario,
  name: ServiceName,
): CompleteScenario['services'][string] | null {
  const key = serviceKey(services, name);
  return key === null ? null : (services[key] ?? null);
}

/** Returns the name under which a scenario lists a service; null if it doesn't. */
export function serviceKey(
  services: CompleteScenario['services'],
  name: ServiceName,
): string | null {
  return Object.keys(services).find((key) => key.toLowerCase() === name.toLowerCase()) ?? null;
}

/** Length of an installation ID: nine groups of seven digits (slmgr /dti). */
const INSTALLATION_ID_DIGITS = 63;

/** Generates arbitrary digits that are always the same for the same PC and key. */
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
