/** Facts about the simulated PC and its network. */
import {
  KMS_FIREWALL_RULES,
  Unreadable,
  type Computer,
  type ComputerFacts,
  type KmsProbe,
  type ServiceName,
} from '@engine/computer';
import { isRowOf, type Application } from '@shared/kms';
import { formatEndpoint } from '@shared/names';
import { dnsFact, registryFact, whyUnread, type CompleteScenario } from '@shared/scenario';
import { keyFileFault } from '../network/tsig';
import { ANSWER_MS, SILENCE_MS, answerOf } from './dns';
import type { Simulation } from './document';
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

type Read<T> = (scenario: CompleteScenario) => T;

/** Returns the ways to query the PC. */
function askingOf({ document, pause }: Simulation) {
  /** For facts that any target has. */
  const ask =
    <T>(fact: string, read: Read<T>) =>
    async (signal: AbortSignal): Promise<T> => {
      await pause(signal);
      const { scenario } = document;
      const reason = whyUnread(scenario, fact);
      if (reason !== null) throw new Unreadable(reason);
      return read(scenario);
    };
  /** For facts that only Windows has, through one of its tools. */
  const askWindows = <T>(fact: string, tool: Tool | null, read: Read<T>) =>
    ask(fact, (scenario) => {
      if (scenario.of === 'network') throw new Unreadable('needs-windows');
      if (tool !== null) assertCanRead(tool, scenario);
      return read(scenario);
    });
  /** For facts of the licensing service. */
  const askLicensing = <T>(fact: string, read: Read<T>) =>
    askWindows(fact, 'powershell', (scenario) => {
      const [, sppsvc] = findService(scenario, 'sppsvc') ?? [];
      if (sppsvc === undefined || sppsvc.start === 'disabled') {
        throw new Unreadable('service-disabled', 'powershell');
      }
      return read(scenario);
    });
  return { ask, askWindows, askLicensing };
}

type Asking = ReturnType<typeof askingOf>;

type ScenarioFacts = ComputerFacts &
  Pick<Computer, 'isLeftOut' | 'isPlacedByProduct' | 'policyKmsHosts'>;

/** Creates the methods that read facts. */
export function scenarioFacts(simulation: Simulation): ScenarioFacts {
  const asking = askingOf(simulation);
  return { ...windowsFacts(simulation, asking), ...networkFacts(simulation, asking) };
}

function windowsFacts({ started }: Simulation, { ask, askWindows, askLicensing }: Asking) {
  const askProducts = (fact: string, application: Application) =>
    askLicensing(fact, ({ licensing }) =>
      licensing.products.filter(
        (row) => Boolean(row['PartialProductKey']) && isRowOf(application, row),
      ),
    );
  return {
    system: ask('system', ({ computer: { name, os, build, server, uiLanguage, elevated } }) => ({
      name,
      os,
      build,
      server,
      uiLanguage,
      elevated,
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
    registryValue: (location, signal) =>
      askWindows(registryFact(location.key, location.name), 'registry', (scenario) =>
        registryValueOf(scenario, location),
      )(signal),
    service: (name, signal) =>
      askWindows(name, 'powershell', (scenario) => {
        const [, service = null] = findService(scenario, name) ?? [];
        const runs = service !== null && service.start !== 'disabled' && started.has(name);
        return runs ? { ...service, state: 'running' as const } : service;
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
  } satisfies Partial<ScenarioFacts>;
}

function networkFacts({ document }: Simulation, { ask }: Asking) {
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
      whyUnread(document.scenario, `port/${formatEndpoint(address, port)}`) === 'left-out',
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
  } satisfies Partial<ScenarioFacts>;
}

/** Finds a service, and the name under which a scenario lists it; ignores case, as Windows does. */
export function findService({ services }: CompleteScenario, name: ServiceName) {
  return Object.entries(services).find(([key]) => key.toLowerCase() === name.toLowerCase());
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
