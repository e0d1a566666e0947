/** Changes to the simulated PC, with the effects that they would have on Windows. */
import { isDeepStrictEqual } from 'node:util';
import {
  ChangeRefused,
  KMS_FIREWALL_RULES,
  type ChangeReceipt,
  type CimRow,
  type ComputerChanges,
  type DnsChangeMethod,
  type ServiceName,
  type SrvRecordSpec,
} from '@engine/computer';
import { SPP_KEY, sppSubkey, type RegistryValueName } from '@engine/registry-keys';
import { valueAt, type CompleteScenario, type ScenarioPath } from '@shared/scenario';
import { readTsigKey } from '../network/tsig';
import { CODES, activate, license, rowsToActivate } from './activation';
import {
  parseSimulationState,
  type Edit,
  type ScenarioEditor,
  type Simulation,
  type SimulationState,
} from './document';
import { findService } from './facts';
import { E_ACCESSDENIED, assertCanChange, licensingTool, type Tool } from './faults';
import { effectiveRow } from './license';
import { installKey, readKey } from './product-key';
import { startKmsHost } from './publishing';
import {
  leafPathsOf,
  publishes,
  registryValueOf,
  writeProperty,
  writeRegistryValue,
} from './registry';
import { addRecord, updateRefusal, serversFor, removeRecord, type UpdateRight } from './zones';

/** HRESULTs of the service control manager (winerror.h): ERROR_SERVICE_DISABLED, ERROR_SERVICE_DOES_NOT_EXIST. */
const E_SERVICE_DISABLED = 0x80070422;
const E_NO_SUCH_SERVICE = 0x80070424;

/** A confirmation ID: eight groups of six digits (slmgr /atp). */
const CONFIRMATION_ID = /^\d{48}$/;

/** A change and its requirements. */
interface Order extends Edit {
  /** Whether it works without administrator rights. */
  readonly byAnybody?: boolean;
  /** Whether it needs the licensing service. */
  readonly licensing?: true;
  /** The tool that makes it; `licensing` is slmgr, or CIM if slmgr doesn't work. */
  readonly tool: Tool | 'licensing' | null;
}

/** Carries out changes. */
class Orders {
  /** @param back memory of the change that each one undoes; null if none */
  constructor(
    readonly simulation: Simulation,
    private readonly back: SimulationState | null,
  ) {}

  get scenario(): CompleteScenario {
    return this.simulation.document.scenario;
  }

  async carryOut(signal: AbortSignal, order: Order): Promise<ChangeReceipt> {
    await this.simulation.pause(signal);
    const { scenario } = this;
    if (scenario.of === 'network') throw new ChangeRefused('not-supported-here');
    if (!order.byAnybody && !scenario.computer.elevated) {
      throw new ChangeRefused('access-denied', E_ACCESSDENIED);
    }
    let way = 'simulated';
    if (order.tool === 'licensing') way = licensingTool(scenario);
    else if (order.tool !== null) assertCanChange(order.tool, scenario);
    if (order.licensing) {
      const [, { start }] = existing(scenario, 'sppsvc');
      if (start === 'disabled') throw new ChangeRefused('not-done', E_SERVICE_DISABLED);
    }
    await this.simulation.document.change(order, this.back);
    return { way };
  }

  tellLicensing(signal: AbortSignal, order: Edit & Partial<Order>): Promise<ChangeReceipt> {
    return this.carryOut(signal, { licensing: true, tool: 'licensing', ...order });
  }

  /** Sets properties of a single product, which are stored in its row. */
  async setAtProduct(signal: AbortSignal, productId: string, properties: CimRow) {
    const leaves = Object.keys(properties).map((property) =>
      pathAtProduct(this.scenario, productId, property),
    );
    const different = (scenario: CompleteScenario) =>
      Object.entries(properties)
        .map(([property, value]) => ({ path: pathAtProduct(scenario, productId, property), value }))
        .filter(({ path, value }) => (valueAt(scenario, path) || '') !== (value || ''));
    return this.tellLicensing(signal, {
      leaves,
      make: (draft) => {
        for (const { path, value } of different(draft.scenario)) draft.set(path, value);
      },
      done: (scenario) => different(scenario).length === 0,
    });
  }

  /** Changes a record on the servers that allow it, once the key file has been read. */
  async changeRecord(
    spec: SrvRecordSpec,
    how: DnsChangeMethod,
    signal: AbortSignal,
    change: (draft: ScenarioEditor, server: string, spec: SrvRecordSpec) => void,
  ): Promise<ChangeReceipt> {
    await this.simulation.pause(signal);
    const { scenario } = this;
    if (how.method === 'windows-dns') {
      if (scenario.of === 'network') throw new ChangeRefused('not-supported-here');
      assertCanChange('powershell', scenario);
      if (!scenario.computer.dnsTools) throw new ChangeRefused('tool-missing', null, 'DnsServer');
    }
    const right = await rightOf(how);
    const servers = serversFor(scenario, spec.zone, how.server);
    const refusals = servers.map((server) => updateRefusal(server, spec, right, scenario));
    const refusal = refusals[0] ?? null;
    if (refusal !== null && !refusals.includes(null)) throw new ChangeRefused(refusal);
    const make = (draft: ScenarioEditor): void => {
      for (const [index, { key }] of servers.entries()) {
        if (refusals[index] === null) change(draft, key, spec);
      }
    };
    await this.simulation.document.change({ make }, this.back);
    return { way: 'simulated' };
  }
}

/** Creates the methods that change the simulated PC. */
export function scenarioChanges(
  simulation: Simulation,
  back: SimulationState | null = null,
): Required<ComputerChanges> {
  const orders = new Orders(simulation, back);
  return {
    captureState: () => simulation.document.captureState(),
    forUndo: (memory) => scenarioChanges(simulation, parseSimulationState(memory)),
    ...licensingChanges(orders),
    ...nameChanges(orders),
    ...machineChanges(orders),
  };
}

/** Changes through the licensing service. */
function licensingChanges(orders: Orders) {
  return {
    installProductKey: (key, purpose, signal) =>
      orders.tellLicensing(signal, {
        tool: 'powershell',
        make: (draft, undone) => {
          const read = readKey(key, purpose);
          if (read === null) throw new ChangeRefused('not-done', CODES.invalidKey);
          installKey(draft, read, undone);
        },
      }),

    activate: async (product, signal) => {
      const rows = rowsToActivate(orders.scenario, product);
      let code = 0;
      const receipt = await orders.tellLicensing(signal, {
        // A KMS client can contact its host without admin rights; activating through Microsoft requires them.
        byAnybody: rows.every(({ channel }) => channel === 'kms-client'),
        make: (draft) => {
          code = activate(draft, product, orders.simulation.now());
        },
      });
      if (code !== 0) throw new ChangeRefused('not-done', code);
      return receipt;
    },

    setActivationType: (productId, type, signal) =>
      orders.tellLicensing(signal, {
        leaves: [['VLActivationTypeEnabled'], ['VLActivationType']],
        make: (draft) => {
          const key = productId === null ? SPP_KEY : sppSubkey('windows', productId);
          const value = type === 0 ? null : ({ type: 'REG_DWORD', value: type } as const);
          if (key !== null) writeRegistryValue(draft, { key, name: 'VLActivationType' }, value);
          const property = 'VLActivationTypeEnabled';
          const path =
            productId === null
              ? ['licensing', 'service', property]
              : pathAtProduct(draft.scenario, productId, property);
          if (draft.at(path) !== undefined) draft.set(path, type);
        },
      }),

    depositConfirmationId: (_installationId, confirmationId, signal) =>
      orders.tellLicensing(signal, {
        make: (draft) => {
          const product = effectiveRow(draft.scenario);
          if (product === null) throw new ChangeRefused('not-done', CODES.noKey);
          if (!CONFIRMATION_ID.test(confirmationId)) {
            throw new ChangeRefused('not-done', CODES.badConfirmationId);
          }
          license(draft, product, 0);
        },
      }),

    setKmsHost: (host, port, signal, productId) => {
      if (productId !== undefined) {
        return orders.setAtProduct(signal, productId, {
          KeyManagementServiceMachine: host ?? '',
          KeyManagementServicePort: port ?? 0,
        });
      }
      const name = { KeyManagementServiceName: host ?? '' };
      const both = { ...name, KeyManagementServicePort: host === null ? '' : String(port ?? '') };
      // Without a host, the port doesn't matter.
      return orders.tellLicensing(signal, textEdit(both, host === null ? name : both));
    },

    setLookupDomain: (domain, signal, productId) => {
      if (productId !== undefined) {
        return orders.setAtProduct(signal, productId, {
          KeyManagementServiceLookupDomain: domain ?? '',
        });
      }
      const edit = textEdit({ KeyManagementServiceLookupDomain: domain ?? '' });
      return orders.tellLicensing(signal, {
        ...edit,
        make: (draft, back) => {
          edit.make(draft, back);
          emptyResolverCache(draft);
        },
      });
    },

    setDnsPublishing: (enabled, signal) =>
      orders.tellLicensing(signal, {
        leaves: [['KeyManagementServiceDnsPublishing'], ['DisableDnsPublishing']],
        make: (draft) => {
          writeProperty(draft, 'KeyManagementServiceDnsPublishing', enabled);
          const location = { key: SPP_KEY, name: 'DisableDnsPublishing' };
          if (!enabled || registryValueOf(draft.scenario, location) !== null) {
            writeRegistryValue(draft, location, { type: 'REG_DWORD', value: enabled ? 0 : 1 });
          }
        },
        done: (scenario) => publishes(scenario) === enabled,
      }),
  } satisfies Partial<ComputerChanges>;
}

/** Changes to name resolution and DNS. */
function nameChanges(orders: Orders) {
  return {
    flushDnsCache: (signal) =>
      orders.carryOut(signal, {
        byAnybody: true,
        tool: 'powershell',
        make: emptyResolverCache,
      }),

    setSuffixSearchList: (suffixes, signal) =>
      orders.carryOut(signal, {
        tool: null,
        leaves: [['computer', 'dnsSuffixSearchList']],
        make: (draft) => {
          draft.set(['computer', 'dnsSuffixSearchList'], [...suffixes]);
          emptyResolverCache(draft);
        },
        done: ({ computer }) => isDeepStrictEqual(computer.dnsSuffixSearchList, [...suffixes]),
      }),

    setDnsServers: (name, servers, signal) =>
      orders.carryOut(signal, {
        tool: 'powershell',
        leaves: [['adapters']],
        make: (draft) => {
          const { adapters } = draft.scenario;
          const index = adapters.findIndex((adapter) => adapter.name === name);
          if (index < 0) throw new ChangeRefused('not-done', null, 'no-such-adapter');
          const from = servers === null ? 'dhcp' : 'static';
          if (adapters[index]?.dnsServersFrom !== from) {
            draft.set(['adapters', index, 'dnsServersFrom'], from);
          }
          // A scenario doesn't specify the servers that DHCP would assign.
          if (servers !== null) draft.set(['adapters', index, 'dnsServers'], [...servers]);
          emptyResolverCache(draft);
        },
        done: ({ adapters }) => {
          const found = adapters.find((adapter) => adapter.name === name);
          return servers === null
            ? found?.dnsServersFrom === 'dhcp'
            : isDeepStrictEqual(found?.dnsServers, [...servers]);
        },
      }),

    addSrvRecord: (record, how, signal) => orders.changeRecord(record, how, signal, addRecord),

    removeSrvRecord: (record, how, signal) =>
      orders.changeRecord(record, how, signal, removeRecord),
  } satisfies Partial<ComputerChanges>;
}

/** Changes to the PC itself. */
function machineChanges(orders: Orders) {
  return {
    setRegistryValue: (location, value, signal) =>
      orders.carryOut(signal, {
        tool: 'registry',
        leaves: leafPathsOf(location.name),
        make: (draft) => {
          writeRegistryValue(draft, location, value);
        },
        done: (scenario) => isDeepStrictEqual(registryValueOf(scenario, location), value),
      }),

    setServiceStart: (name, start, signal) =>
      orders.carryOut(signal, {
        tool: 'powershell',
        leaves: [[name, 'start']],
        make: (draft) => {
          const [key] = existing(draft.scenario, name);
          draft.set(['services', key, 'start'], start);
        },
        done: (scenario) => findService(scenario, name)?.[1].start === start,
      }),

    restartService: (name, signal) =>
      orders.carryOut(signal, {
        tool: 'powershell',
        make: (draft) => {
          const [key, { start, state }] = existing(draft.scenario, name);
          if (start === 'disabled') throw new ChangeRefused('not-done', E_SERVICE_DISABLED);
          // A service that was stopped stops again when it's idle, so the document isn't changed.
          if (state === 'pending') draft.set(['services', key, 'state'], 'running');
          if (name === 'sppsvc') startKmsHost(draft, orders.simulation.now());
          orders.simulation.started.add(name);
        },
      }),

    setKmsFirewallRules: (rules, signal) =>
      orders.carryOut(signal, {
        tool: 'powershell',
        leaves: [['computer', 'firewallKmsRule']],
        make: (draft) => {
          // The simulated Windows has only the rule that exists in every edition.
          const enabled = rules[KMS_FIREWALL_RULES[0]];
          if (draft.scenario.computer.firewallKmsRule === null || enabled === undefined) {
            throw new ChangeRefused('not-done', null, 'no-such-rule');
          }
          draft.set(['computer', 'firewallKmsRule'], enabled);
        },
        done: ({ computer }) => computer.firewallKmsRule === rules[KMS_FIREWALL_RULES[0]],
      }),

    syncClock: (signal) =>
      orders.carryOut(signal, {
        tool: null,
        make: (draft) => {
          if (draft.scenario.computer.clockSkewMinutes !== 0) {
            draft.set(['computer', 'clockSkewMinutes'], 0);
          }
        },
      }),
  } satisfies Partial<ComputerChanges>;
}

/** Clears the resolver's cache, so that it queries the servers again. */
function emptyResolverCache(draft: ScenarioEditor): void {
  if (draft.scenario.dns.resolverCache !== null) draft.set(['dns', 'resolverCache'], null);
}

/** Returns the path of a product's property. @param productId its `ID`, or the end of its key if it has no ID */
function pathAtProduct(
  { licensing }: CompleteScenario,
  productId: string,
  property: string,
): ScenarioPath {
  const index = licensing.products.findIndex(({ ID: id, PartialProductKey: end }) =>
    id ? String(id).toLowerCase() === productId : end === productId,
  );
  if (index < 0) throw new ChangeRefused('not-done', null, 'no-such-product');
  return ['licensing', 'products', index, property];
}

/** Finds a service like {@link findService}. @throws ChangeRefused if there is no such service */
function existing(scenario: CompleteScenario, name: ServiceName) {
  const found = findService(scenario, name);
  if (found === undefined) throw new ChangeRefused('not-done', E_NO_SUCH_SERVICE);
  return found;
}

/** Returns the permission of a DNS change. @throws ChangeRefused if the key file is invalid */
async function rightOf(how: DnsChangeMethod): Promise<UpdateRight> {
  if (how.method === 'windows-dns') return 'administrator';
  if (how.tsigKeyFile === null) return 'unsigned';
  await readTsigKey(how.tsigKeyFile);
  return 'signed';
}

/** Values of the licensing service in the registry, as text; empty for none. */
type Texts = Readonly<Partial<Record<RegistryValueName, string>>>;

/** Creates an edit that sets values. @param decisive the ones that show whether it was made */
function textEdit(texts: Texts, decisive: Texts = texts): Edit {
  return {
    leaves: Object.keys(texts).flatMap(leafPathsOf),
    make: (draft) => {
      for (const [name, value] of Object.entries(texts)) {
        const written = value === '' ? null : ({ type: 'REG_SZ', value } as const);
        writeRegistryValue(draft, { key: SPP_KEY, name }, written);
      }
    },
    done: (scenario) =>
      Object.entries(decisive).every(([name, value]) => {
        // Compared as text, since a value that was set manually may have another type.
        return String(registryValueOf(scenario, { key: SPP_KEY, name })?.value ?? '') === value;
      }),
  };
}
