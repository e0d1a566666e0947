/**
 * The way from this PC to its KMS service as a picture: six columns, a row for each DNS server and each KMS
 * host, and the lines between them. Everything is derived from the evidence, so that a picture drawn from a
 * report is the one that the run drew.
 */
import type { CheckId } from './catalogue';
import type { LiveStatus } from './diagnosis';
import type { Message } from './message';
import {
  addressesOf,
  isUsable,
  probesOf,
  kmsPathFacts,
  type CheckEvidence,
  type DnsFact,
  type KmsTarget,
  type ProbeFact,
  type KmsPathFacts,
} from './evidence-facts';
import type { MessageKey } from './message';
import { KMS_PORT, KMS_SERVICE } from './kms';
import { canonicalName, formatEndpoint } from './names';

/** The six stations, in the order of the way. */
export const ROUTE_STAGES = ['pc', 'dns', 'srv', 'host', 'port', 'kms'] as const;

/** A station of the way. */
export type RouteStageId = (typeof ROUTE_STAGES)[number];

/** How a node stands. `not-reached`: the way breaks before it. */
export type NodeState =
  'waiting' | 'checking' | 'pass' | 'warn' | 'fail' | 'unknown' | 'not-applicable' | 'not-reached';

/** A line of a node's details. */
export interface NodeDetail {
  /** A name of the network as it is, or words. */
  readonly label: string | Message;
  readonly value: string | Message;
}

/** One place on the way. */
export interface RouteNode {
  readonly id: string;
  readonly column: RouteStageId;
  readonly state: NodeState;
  /** A name of the network as it is, or words. */
  readonly name: string | Message;
  readonly value: Message | null;
  /** How long it took to answer, in milliseconds. */
  readonly ms: number | null;
  readonly details: readonly NodeDetail[];
  /** The host whose row it is, where the name does not say it. */
  readonly row: string | null;
  /** The check that tells of it. */
  readonly check: CheckId;
}

/** A column with its nodes, a row each. */
export interface RouteStage {
  readonly id: RouteStageId;
  readonly nodes: readonly RouteNode[];
  /** What did not find a row of its own. */
  readonly overflow: readonly RouteNode[];
}

/** How a line is drawn. `testing`: the only kind that moves. */
export type EdgeState = 'passed' | 'warned' | 'broken' | 'not-reached' | 'testing';

/** A line between two nodes, by their ids. */
export interface RouteEdge {
  readonly from: string;
  readonly to: string;
  readonly state: EdgeState;
}

/** The picture. */
export interface Route {
  readonly columns: readonly RouteStage[];
  readonly lines: readonly RouteEdge[];
}

/** Lanes that are drawn; the others are overflow into one. */
const MAX_ROWS = 3;

const say = (key: MessageKey, params?: Message['params']): Message => ({
  key,
  ...(params && { params }),
});
const detail = (label: MessageKey, values: readonly (string | null)[]): NodeDetail[] => {
  const known = values.filter((value): value is string => value !== null && value !== '');
  return known.length === 0 ? [] : [{ label: say(label), value: known.join(', ') }];
};
const least = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value): value is number => value !== null);
  return known.length === 0 ? null : Math.min(...known);
};

/** The state of a station from its check alone; null where the evidence has to say. */
function stateBefore(status: LiveStatus | undefined): NodeState | null {
  switch (status) {
    case undefined:
    case 'pending':
      return 'waiting';
    case 'running':
      return 'checking';
    case 'cancelled':
      return 'not-reached';
    case 'not-applicable':
      return 'not-applicable';
    default:
      return null;
  }
}

const WAITING_WORDS: Readonly<Partial<Record<NodeState, MessageKey>>> = {
  waiting: 'route.value.waiting',
  checking: 'route.value.checking',
  'not-reached': 'route.value.notReached',
  'not-applicable': 'route.value.notApplicable',
  unknown: 'route.value.unknown',
};

const waitingWords = (state: NodeState): Message =>
  say(WAITING_WORDS[state] ?? 'route.value.unknown');

/** A settled light, or null when the check has not ended with one. */
const settled = (status: LiveStatus | undefined): NodeState =>
  status === 'pass' || status === 'warn' || status === 'fail' || status === 'unknown'
    ? status
    : 'unknown';

class RouteBuilder {
  readonly way: KmsPathFacts;
  private readonly statuses: ReadonlyMap<CheckId, LiveStatus>;

  constructor(
    results: readonly CheckEvidence[],
    private readonly computer: string | null,
  ) {
    this.way = kmsPathFacts(results);
    this.statuses = new Map(results.map((result) => [result.id, result.status]));
  }

  private status(id: CheckId): LiveStatus | undefined {
    return this.statuses.get(id);
  }

  pc(): RouteNode[] {
    const check = 'network-address';
    const before = stateBefore(this.status(check));
    const [first] = this.way.addresses;
    return [
      {
        id: 'pc',
        column: 'pc',
        state: before ?? settled(this.status(check)),
        name: this.computer ?? say('route.name.thisPc'),
        value:
          first !== undefined
            ? say('route.value.literal', { text: first })
            : before !== null
              ? waitingWords(before)
              : say('route.value.noAddress'),
        ms: null,
        details: [
          ...detail('route.detail.addresses', this.way.addresses),
          ...detail('route.detail.gateways', this.way.gateways),
          ...detail('route.detail.dnsServers', this.way.dnsServers),
        ],
        row: null,
        check,
      },
    ];
  }

  dns(): RouteNode[] {
    const check = 'dns-server-answers';
    const before = stateBefore(this.status(check));
    const { dnsServers, serverAnswers } = this.way;
    if (dnsServers.length === 0) {
      const none = this.status('dns-server-configured') === 'fail';
      const state = none ? 'fail' : (before ?? settled(this.status(check)));
      return [
        {
          id: 'dns',
          column: 'dns',
          state,
          name: say('route.name.dnsServer'),
          value: none ? say('route.value.noneConfigured') : waitingWords(state),
          ms: null,
          details: [],
          row: null,
          check: none ? 'dns-server-configured' : check,
        },
      ];
    }
    const oneAnswers = serverAnswers.some(isUsable);
    return dnsServers.map((server) => {
      const asked = serverAnswers.filter((fact) => fact.server === server);
      const good = asked.filter(isUsable);
      const told = asked.find((fact) => fact.outcome === 'answered' && !isUsable(fact));
      const bad: NodeState = oneAnswers ? 'warn' : 'fail';
      const base = {
        id: `dns:${server}`,
        column: 'dns' as const,
        name: server,
        details: [
          ...detail('route.detail.address', [server]),
          ...answersAs(asked, (fact) => `${fact.type} ${fact.name}`),
        ],
        row: null,
        check: check as CheckId,
      };
      if (good.length > 0) {
        return {
          ...base,
          state: 'pass',
          value: say('route.value.answers'),
          ms: least(good.map((fact) => fact.ms)),
        };
      }
      if (told !== undefined) {
        return {
          ...base,
          state: bad,
          value: say('route.value.rcode', { rcode: told.rcode ?? '' }),
          ms: told.ms,
        };
      }
      if (asked.length > 0) {
        return {
          ...base,
          state: bad,
          value: say('route.value.noAnswer'),
          // The questions were asked side by side.
          ms: Math.max(0, ...asked.map((fact) => fact.ms ?? 0)) || null,
        };
      }
      const state = before ?? 'unknown';
      return { ...base, state, value: waitingWords(state), ms: null };
    });
  }

  srv(dnsOpen: boolean): RouteNode[] {
    const { way } = this;
    if (way.assigned !== null) {
      const check = 'assigned-host-form';
      const host = formatEndpoint(way.assigned.host, way.assigned.port);
      return [
        {
          id: 'srv',
          column: 'srv',
          state: stateBefore(this.status(check)) ?? settled(this.status(check)),
          name: say('route.name.assigned'),
          value: say('route.value.notLookedUp'),
          ms: null,
          details: detail('route.detail.assignedHost', [host]),
          row: null,
          check,
        },
      ];
    }
    const check = 'srv-record-published';
    const status = this.status(check);
    const before = stateBefore(status);
    const domains = way.domainsWithRecord.length > 0 ? way.domainsWithRecord : way.domainsAsked;
    const [domain] = domains;
    const answered = way.srvAnswers.filter((fact) => fact.outcome === 'answered');
    const found = way.targets.length;
    let state: NodeState = before ?? settled(status);
    if (state === 'unknown' && !dnsOpen && found === 0) state = 'not-reached';
    let value = waitingWords(state);
    if (found > 0 && before === null) {
      const params = { count: found, domain: domain ?? '' };
      if (domain === undefined) value = say('route.value.recordBare');
      else value = say(found === 1 ? 'route.value.hostIn' : 'route.value.hostsIn', params);
    } else if (state === 'fail') {
      value =
        domain === undefined ? say('route.value.noRecord') : say('route.value.notIn', { domain });
    }
    return [
      {
        id: 'srv',
        column: 'srv',
        state,
        name: KMS_SERVICE,
        value,
        ms: before === null ? least(answered.map((fact) => fact.ms)) : null,
        details: [
          ...detail('route.detail.domainsAsked', way.domainsAsked),
          ...detail('route.detail.domainsFound', way.domainsWithRecord),
          ...answersAs(way.srvAnswers, (fact) => fact.server),
          ...detail(
            'route.detail.targets',
            way.targets.map((target) => formatEndpoint(target.host, target.port)),
          ),
        ],
        row: null,
        check,
      },
    ];
  }

  /** The rows behind the record: host, port and service of each target. */
  rows(
    srv: RouteNode,
  ): { readonly host: RouteNode; readonly port: RouteNode; readonly kms: RouteNode }[] {
    if (this.way.targets.length === 0) return [this.emptyLane(srv)];
    const rows = this.way.targets.map((target) => this.row(target));
    const oneWhole = rows.some((row) => row.kms.state === 'pass');
    const soften = (node: RouteNode): RouteNode =>
      oneWhole && node.state === 'fail' ? { ...node, state: 'warn' } : node;
    return rows.map((row) => ({
      host: soften(row.host),
      port: soften(row.port),
      kms: soften(row.kms),
    }));
  }

  private emptyLane(srv: RouteNode): { host: RouteNode; port: RouteNode; kms: RouteNode } {
    const state: NodeState =
      srv.state === 'waiting' || srv.state === 'checking'
        ? 'waiting'
        : srv.state === 'not-applicable'
          ? 'not-applicable'
          : 'not-reached';
    const node = (
      column: 'host' | 'port' | 'kms',
      name: string | Message,
      check: CheckId,
    ): RouteNode => ({
      id: column,
      column,
      state,
      name,
      value:
        column === 'host' && srv.state === 'fail'
          ? say('route.value.noRecordNamesIt')
          : waitingWords(state),
      ms: null,
      details: [],
      row: null,
      check,
    });
    const unknown = say(state === 'waiting' ? 'route.name.notKnownYet' : 'route.name.notKnown');
    return {
      host: node('host', unknown, 'srv-target-addresses'),
      port: node('port', portName(KMS_PORT), 'kms-port-reachable'),
      kms: node('kms', say('route.name.kms'), 'kms-service-answers'),
    };
  }

  private row(target: KmsTarget): { host: RouteNode; port: RouteNode; kms: RouteNode } {
    const { way } = this;
    const byHand = way.assigned !== null;
    const ids = byHand
      ? ({
          host: 'assigned-host-resolves',
          port: 'assigned-host-answers',
          kms: 'assigned-host-answers',
        } as const)
      : ({
          host: 'srv-target-addresses',
          port: 'kms-port-reachable',
          kms: 'kms-service-answers',
        } as const);
    const id = formatEndpoint(target.host, target.port);

    const addresses = addressesOf(way, target);
    const asked = way.addressAnswers.filter((fact) => canonicalName(fact.name) === target.host);
    const hostBefore = addresses.length > 0 ? null : stateBefore(this.status(ids.host));
    const hostState: NodeState =
      addresses.length > 0
        ? 'pass'
        : (hostBefore ?? (this.status(ids.host) === 'unknown' ? 'unknown' : 'fail'));
    const host: RouteNode = {
      id: `host:${id}`,
      column: 'host',
      state: hostState,
      name: target.host,
      value: hostValue(hostState, addresses),
      ms: least(asked.map((fact) => fact.ms)),
      details: [
        ...detail('route.detail.name', [target.host]),
        ...detail('route.detail.addresses', addresses),
      ],
      row: null,
      check: ids.host,
    };

    const connections = probesOf(way.connections, target);
    const connection = best(connections, CONNECTED_FIRST);
    const port = this.probeHop({
      target,
      before: host,
      id: `port:${id}`,
      column: 'port',
      check: ids.port,
      name: portName(target.port),
      probe: connection,
      probes: connections,
      good: 'open',
      words: PORT_WORDS,
    });
    const services = probesOf(way.services, target);
    const kms = this.probeHop({
      target,
      before: port,
      id: `kms:${id}`,
      column: 'kms',
      check: ids.kms,
      name: say('route.name.kms'),
      probe: best(services, SERVICE_FIRST),
      probes: services,
      good: 'kms',
      words: SERVICE_WORDS,
    });
    return { host, port, kms };
  }

  private probeHop(from: {
    readonly target: KmsTarget;
    readonly before: RouteNode;
    readonly id: string;
    readonly column: 'port' | 'kms';
    readonly check: CheckId;
    readonly name: Message;
    readonly probe: ProbeFact | undefined;
    readonly probes: readonly ProbeFact[];
    readonly good: string;
    readonly words: Readonly<Record<string, MessageKey>>;
  }): RouteNode {
    const { probe } = from;
    let state: NodeState;
    if (probe !== undefined) state = probe.outcome === from.good ? 'pass' : 'fail';
    else if (from.before.state === 'fail' || from.before.state === 'not-reached')
      state = 'not-reached';
    else state = stateBefore(this.status(from.check)) ?? 'unknown';
    const words = probe === undefined ? undefined : from.words[probe.outcome];
    return {
      id: from.id,
      column: from.column,
      state,
      name: from.name,
      value: words === undefined ? waitingWords(state) : say(words),
      ms: probe?.ms ?? null,
      details: [
        ...detail('route.detail.name', [from.target.host]),
        ...from.probes.map((tried) => ({
          label: formatEndpoint(tried.address ?? tried.host, tried.port),
          value: say(from.words[tried.outcome] ?? 'route.value.unknown'),
        })),
      ],
      row: from.target.host,
      check: from.check,
    };
  }
}

const CONNECTED_FIRST = ['open', 'refused', 'filtered', 'unreachable'];
const SERVICE_FIRST = ['kms', 'other-rpc', 'not-rpc', 'silent'];

const PORT_WORDS: Readonly<Record<string, MessageKey>> = {
  open: 'route.value.open',
  refused: 'route.value.refused',
  filtered: 'route.value.filtered',
  unreachable: 'route.value.unreachable',
};
const SERVICE_WORDS: Readonly<Record<string, MessageKey>> = {
  kms: 'route.value.answers',
  'other-rpc': 'route.value.otherRpc',
  'not-rpc': 'route.value.notRpc',
  silent: 'route.value.silent',
};

const portName = (port: number): Message => say('route.name.port', { port: String(port) });

function hostValue(state: NodeState, addresses: readonly string[]): Message {
  const [first] = addresses;
  if (first === undefined) {
    return state === 'fail' ? say('route.value.noAddress') : waitingWords(state);
  }
  return addresses.length === 1
    ? say('route.value.literal', { text: first })
    : say('route.value.andMore', { text: first, count: addresses.length - 1 });
}

function best(probes: readonly ProbeFact[], order: readonly string[]): ProbeFact | undefined {
  return [...probes].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))[0];
}

const SILENCES: Readonly<Record<string, MessageKey>> = {
  silent: 'route.value.noAnswer',
  closed: 'route.value.refused',
  garbled: 'route.value.garbled',
  unreachable: 'route.value.unreachable',
};

/** A line of details for each question, the response code as DNS has it. */
function answersAs(facts: readonly DnsFact[], label: (fact: DnsFact) => string): NodeDetail[] {
  return facts.map((fact) => ({
    label: label(fact),
    value: fact.rcode ?? say(SILENCES[fact.outcome] ?? 'route.value.unknown'),
  }));
}

/** Whether the way goes on behind a node. */
const open = (node: RouteNode): boolean =>
  node.state === 'pass' || (node.state === 'warn' && node.column !== 'dns' && !isRow(node));
const isRow = (node: RouteNode): boolean =>
  node.column === 'host' || node.column === 'port' || node.column === 'kms';

function edgeState(from: RouteNode, to: RouteNode): EdgeState {
  if (to.state === 'not-reached' || to.state === 'waiting' || to.state === 'not-applicable') {
    return 'not-reached';
  }
  if (from.state === 'checking' || from.state === 'waiting' || to.state === 'checking') {
    return to.state === 'checking' && from.state !== 'fail' && from.state !== 'warn'
      ? 'testing'
      : 'not-reached';
  }
  if (!open(from) && from.column !== 'pc') return 'not-reached';
  if (to.state === 'pass') return 'passed';
  if (to.state === 'warn') return 'warned';
  return to.state === 'fail' ? 'broken' : 'not-reached';
}

/** Keeps the rows that matter most: what fails never hides behind what passes. */
function collapseRows<T>(
  rows: readonly T[],
  worst: (row: T) => number,
): { shown: T[]; overflow: T[] } {
  if (rows.length <= MAX_ROWS) return { shown: [...rows], overflow: [] };
  const ranked = rows
    .map((row, index) => ({ row, index, rank: worst(row) }))
    .sort((a, b) => b.rank - a.rank || a.index - b.index);
  // The first row that works stays in sight beside the ones that do not: it is the way that carries.
  const works = ranked.find((entry) => entry.rank === 0);
  const kept = ranked.slice(0, MAX_ROWS);
  if (works !== undefined && !kept.includes(works)) kept[MAX_ROWS - 1] = works;
  const chosen = new Set(kept.map((entry) => entry.index));
  return {
    shown: rows.filter((_, index) => chosen.has(index)),
    overflow: rows.filter((_, index) => !chosen.has(index)),
  };
}

const RANK: Readonly<Record<NodeState, number>> = {
  pass: 0,
  'not-applicable': 0,
  waiting: 1,
  'not-reached': 1,
  checking: 2,
  unknown: 3,
  warn: 4,
  fail: 5,
};

/**
 * Draws the way.
 *
 * @param results checks with their evidence, of a run that goes on or of a finished diagnosis
 * @param target the computer, as far as it is known
 */
export function routeOf(
  results: readonly CheckEvidence[],
  target: { readonly computer: string } | null,
): Route {
  const drawing = new RouteBuilder(results, target?.computer ?? null);
  const pc = drawing.pc();
  const dns = collapseRows(drawing.dns(), (node) => RANK[node.state]);
  const dnsAll = [...dns.shown, ...dns.overflow];
  const srv = drawing.srv(dnsAll.some(open));
  const record = srv[0];
  const rows = collapseRows(record === undefined ? [] : drawing.rows(record), (row) =>
    Math.max(RANK[row.host.state], RANK[row.port.state], RANK[row.kms.state]),
  );

  const lines: RouteEdge[] = [];
  const connect = (from: RouteNode, to: RouteNode) =>
    lines.push({ from: from.id, to: to.id, state: edgeState(from, to) });
  for (const start of pc) for (const server of dns.shown) connect(start, server);
  for (const node of srv) {
    for (const server of dns.shown) connect(server, node);
    for (const row of rows.shown) connect(node, row.host);
  }
  for (const row of rows.shown) {
    connect(row.host, row.port);
    connect(row.port, row.kms);
  }

  return {
    columns: [
      { id: 'pc', nodes: pc, overflow: [] },
      { id: 'dns', nodes: dns.shown, overflow: dns.overflow },
      { id: 'srv', nodes: srv, overflow: [] },
      {
        id: 'host',
        nodes: rows.shown.map((row) => row.host),
        overflow: rows.overflow.map((row) => row.host),
      },
      {
        id: 'port',
        nodes: rows.shown.map((row) => row.port),
        overflow: rows.overflow.map((row) => row.port),
      },
      {
        id: 'kms',
        nodes: rows.shown.map((row) => row.kms),
        overflow: rows.overflow.map((row) => row.kms),
      },
    ],
    lines,
  };
}

/** The worst of a column's nodes, for the short form of the picture. */
export function stageState(column: RouteStage): NodeState {
  const all = [...column.nodes, ...column.overflow].map((node) => node.state);
  // A row that fails beside one that works is a warning already, so the best row tells where the way ends.
  const order: readonly NodeState[] = [
    'pass',
    'warn',
    'checking',
    'fail',
    'unknown',
    'waiting',
    'not-reached',
    'not-applicable',
  ];
  return order.find((state) => all.includes(state)) ?? 'waiting';
}
