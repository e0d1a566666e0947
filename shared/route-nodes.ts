/** The nodes on the path to the KMS service, with their state and words, derived from the evidence. */
import type { CheckId } from './catalog';
import { hasEnded, statusOf, type CheckEvidence, type LiveStatus } from './diagnosis';
import {
  isKmsHost,
  isConclusive,
  kmsPath,
  type DnsEvidence,
  type KmsPath,
  type PathTarget,
  type PortState,
  endpointOf,
} from './kms-path';
import { message, type Message, type MessageKey } from './message';
import { KMS_PORT, KMS_SERVICE } from './kms';
import { formatEndpoint } from './names';

/** Stages of the path, in order. */
export const ROUTE_STAGES = ['pc', 'dns', 'srv', 'host', 'port', 'kms'] as const;

/** One of {@link ROUTE_STAGES}. */
export type RouteStageId = (typeof ROUTE_STAGES)[number];

/** State of a node. `not-reached`: the path breaks before it, or its check was canceled. */
export type NodeState = Exclude<LiveStatus, 'cancelled'> | 'not-reached';

/** A line of a node's details. */
interface NodeDetail {
  /** A network name shown as is, or a message. */
  readonly label: string | Message;
  readonly value: string | Message;
}

/** A point on the path. */
export interface RouteNode {
  readonly id: string;
  readonly column: RouteStageId;
  readonly state: NodeState;
  /** A network name shown as is, or a message. */
  readonly name: string | Message;
  readonly value: Message;
  /** Response time in milliseconds. */
  readonly ms: number | null;
  readonly details: readonly NodeDetail[];
  /** The host whose row it is in, if the name doesn't include it. */
  readonly row: string | null;
  /** The check that covers it. */
  readonly check: CheckId;
}

const detail = (label: MessageKey, values: readonly string[]): NodeDetail[] =>
  values.length === 0 ? [] : [{ label: message(label), value: values.join(', ') }];
const least = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
};

const STATE_WORDS: Readonly<Partial<Record<NodeState, MessageKey>>> = {
  pending: 'route.value.waiting',
  running: 'route.value.checking',
  'not-reached': 'route.value.notReached',
  'not-applicable': 'route.value.notApplicable',
};
const stateWords = (state: NodeState): Message =>
  message(STATE_WORDS[state] ?? 'route.value.unknown');

type NodeParts = Pick<RouteNode, 'column' | 'state' | 'name' | 'check'> & Partial<RouteNode>;

/** Creates a node whose value defaults to a description of its state, and its ID to that of its column. */
const nodeOf = (parts: NodeParts): RouteNode => ({
  id: parts.column,
  value: stateWords(parts.state),
  ms: null,
  details: [],
  row: null,
  ...parts,
});

/** The nodes of one KMS host. */
export type RouteRow = readonly [host: RouteNode, port: RouteNode, kms: RouteNode];

/** Builds the nodes of the diagram from the evidence. */
export class RouteNodes {
  readonly path: KmsPath;

  constructor(
    private readonly checks: readonly CheckEvidence[],
    private readonly computer: string | null,
  ) {
    this.path = kmsPath(checks);
  }

  /** Whether a check has finished and applies. */
  private hasResult(check: CheckId): boolean {
    const status = statusOf(this.checks, check);
    return hasEnded(status) && status !== 'not-applicable';
  }

  /** Returns a node's state from its check alone. */
  private state(check: CheckId): NodeState {
    const status = statusOf(this.checks, check) ?? 'pending';
    return status === 'cancelled' ? 'not-reached' : status;
  }

  pc(): RouteNode {
    const check = 'network-address';
    const { addresses, gateways, dnsServers } = this.path;
    const [first] = addresses;
    const none = this.hasResult(check) && { value: message('route.value.noAddress') };
    return nodeOf({
      column: 'pc',
      state: this.state(check),
      name: this.computer ?? message('route.name.thisPc'),
      ...(first === undefined ? none : { value: message('route.value.literal', { text: first }) }),
      details: [
        ...detail('route.detail.addresses', addresses),
        ...detail('route.detail.gateways', gateways),
        ...detail('route.detail.dnsServers', dnsServers),
      ],
      check,
    });
  }

  dns(): RouteNode[] {
    const check = 'dns-server-answers';
    const { dnsServers, serverAnswers } = this.path;
    if (dnsServers.length > 0) {
      const bad = serverAnswers.some(isConclusive) ? 'warn' : 'fail';
      return dnsServers.map((server) => this.dnsServer(server, bad));
    }
    const base = { column: 'dns', name: message('route.name.dnsServer') } as const;
    if (statusOf(this.checks, 'dns-server-configured') !== 'fail') {
      return [nodeOf({ ...base, state: this.state(check), check })];
    }
    const value = message('route.value.noneConfigured');
    return [nodeOf({ ...base, state: 'fail', value, check: 'dns-server-configured' })];
  }

  private dnsServer(server: string, bad: NodeState): RouteNode {
    const check = 'dns-server-answers';
    const asked = this.path.serverAnswers.filter((answer) => answer.server === server);
    const good = asked.filter(isConclusive);
    const told = asked.find((answer) => answer.outcome === 'answered');
    const base = {
      id: `dns:${server}`,
      column: 'dns',
      name: server,
      details: [
        ...detail('route.detail.address', [server]),
        ...answersAs(asked, ({ type, name }) => `${type} ${name}`),
      ],
      check,
    } as const;
    if (good.length > 0) {
      const ms = least(good.map((answer) => answer.ms));
      return nodeOf({ ...base, state: 'pass', value: message('route.value.answers'), ms });
    }
    if (told !== undefined) {
      const value = message('route.value.rcode', { rcode: told.rcode });
      return nodeOf({ ...base, state: bad, value, ms: told.ms });
    }
    if (asked.length > 0) {
      // The queries ran in parallel.
      const ms = Math.max(0, ...asked.map((answer) => answer.ms ?? 0)) || null;
      return nodeOf({ ...base, state: bad, value: message('route.value.noAnswer'), ms });
    }
    return nodeOf({ ...base, state: this.undecided(check) });
  }

  srv(dnsOpen: boolean): RouteNode {
    const { path } = this;
    const endpoints = path.targets.map(endpointOf);
    if (path.isAssigned) {
      const check = 'assigned-host-form';
      return nodeOf({
        column: 'srv',
        state: this.state(check),
        name: message('route.name.assigned'),
        value: message('route.value.notLookedUp'),
        details: detail('route.detail.assignedHost', endpoints),
        check,
      });
    }
    const { deniedBy } = path;
    const check = deniedBy === null ? 'srv-record-published' : 'resolver-agrees';
    const hasResult = this.hasResult(check);
    const own = this.state(check);
    const state = own === 'unknown' && !dnsOpen && endpoints.length === 0 ? 'not-reached' : own;
    const answered = path.srvAnswers.filter(({ outcome }) => outcome === 'answered');
    return nodeOf({
      column: 'srv',
      state,
      name: KMS_SERVICE,
      value: (hasResult && this.recordWords(state)) || stateWords(state),
      ms: hasResult ? least(answered.map(({ ms }) => ms)) : null,
      details: [
        ...detail('route.detail.domainsAsked', path.domainsAsked),
        ...detail('route.detail.domainsFound', path.domainsWithRecord),
        ...answersAs(path.srvAnswers, ({ server }) => server),
        ...detail('route.detail.targets', endpoints),
      ],
      check,
    });
  }

  private recordWords(state: NodeState): Message | null {
    const { targets, domainsAsked, domainsWithRecord, domainsDenied, deniedBy } = this.path;
    if (deniedBy !== null) return message('route.value.notAt', { server: deniedBy });
    const domain = domainsWithRecord[0] ?? domainsDenied[0] ?? domainsAsked[0];
    if (targets.length > 0) {
      if (domain === undefined) return message('route.value.recordBare');
      const key = targets.length === 1 ? 'route.value.hostIn' : 'route.value.hostsIn';
      return message(key, { count: targets.length, domain });
    }
    if (state !== 'fail') return null;
    return domain === undefined
      ? message('route.value.noRecord')
      : message('route.value.notIn', { domain });
  }

  /** Builds the rows after the record: host, port and service of each target. */
  rows(srv: RouteNode): RouteRow[] {
    const { targets } = this.path;
    if (targets.length === 0) return [this.emptyRow(srv)];
    const healthy = targets.some(isKmsHost);
    const soften = (node: RouteNode): RouteNode =>
      healthy && node.state === 'fail' ? { ...node, state: 'warn' } : node;
    return targets.map((target) => {
      const [host, port, kms] = this.row(target);
      return [soften(host), soften(port), soften(kms)];
    });
  }

  /** Builds the row after a record that names no host. */
  private emptyRow(srv: RouteNode): RouteRow {
    const isOpen = srv.state === 'pending' || srv.state === 'running';
    const isNeeded = srv.state !== 'not-applicable';
    const state = isOpen ? 'pending' : isNeeded ? 'not-reached' : 'not-applicable';
    const { lookup, connect, bind } = this.path.hostChecks;
    return [
      nodeOf({
        column: 'host',
        state,
        name: message(isOpen ? 'route.name.notKnownYet' : 'route.name.notKnown'),
        ...(srv.state === 'fail' && { value: message('route.value.noRecordNamesIt') }),
        check: lookup,
      }),
      nodeOf({ column: 'port', state, name: portName(KMS_PORT), check: connect }),
      nodeOf({ column: 'kms', state, name: message('route.name.kms'), check: bind }),
    ];
  }

  private row(target: PathTarget): RouteRow {
    const { lookup, connect, bind } = this.path.hostChecks;
    const { addresses, presence, asked, connections, services, portState, reach } = target;
    const [first] = addresses;
    const resolves = presence === 'found' ? 'pass' : presence === 'absent' ? 'fail' : null;
    const host = nodeOf({
      id: `host:${endpointOf(target)}`,
      column: 'host',
      state: resolves ?? this.undecided(lookup),
      name: target.host,
      ...(resolves === 'fail' && { value: message('route.value.noAddress') }),
      ...(first !== undefined && { value: addressWords(first, addresses.length - 1) }),
      ms: least(asked.map(({ ms }) => ms)),
      details: [
        ...detail('route.detail.name', [target.host]),
        ...detail('route.detail.addresses', addresses),
      ],
      check: lookup,
    });
    const port = this.probed(target, host, PORT_NODE[portState], connections, {
      column: 'port',
      name: portName(target.port),
      check: connect,
    });
    const kms = this.probed(target, port, KMS_NODE[reach], services, {
      column: 'kms',
      name: message('route.name.kms'),
      check: bind,
    });
    return [host, port, kms];
  }

  /** Builds a port or service node from its result or, without one, from its check or the preceding node. */
  private probed(
    target: PathTarget,
    before: RouteNode,
    judged: NodeState | undefined,
    tried: PathTarget['connections'] | PathTarget['services'],
    base: Pick<RouteNode, 'column' | 'name' | 'check'>,
  ): RouteNode {
    const [best] = tried;
    const cut = before.state === 'fail' || before.state === 'not-reached';
    return nodeOf({
      ...base,
      id: `${base.column}:${endpointOf(target)}`,
      row: target.host,
      state: best === undefined && cut ? 'not-reached' : (judged ?? this.undecided(base.check)),
      ...(best !== undefined && { value: outcomeWords(best.outcome), ms: best.ms }),
      details: [
        ...detail('route.detail.name', [target.host]),
        ...tried.map(({ address, port, outcome }) => ({
          label: formatEndpoint(address, port),
          value: outcomeWords(outcome),
        })),
      ],
    });
  }

  /** Returns the state of a node without a result: `unknown` once its check has finished. */
  private undecided(check: CheckId): NodeState {
    return this.hasResult(check) ? 'unknown' : this.state(check);
  }
}

/** States of ports and services with a result. */
const PORT_NODE: Readonly<Partial<Record<PortState, NodeState>>> = {
  open: 'pass',
  filtered: 'fail',
  refused: 'fail',
  'no-route': 'fail',
};
const KMS_NODE: Readonly<Partial<Record<PathTarget['reach'], NodeState>>> = {
  kms: 'pass',
  'not-kms': 'fail',
};

const PROBE_WORDS = {
  open: 'route.value.open',
  refused: 'route.value.refused',
  filtered: 'route.value.filtered',
  'no-route': 'route.value.unreachable',
  kms: 'route.value.answers',
  'other-rpc': 'route.value.otherRpc',
  'not-rpc': 'route.value.notRpc',
  silent: 'route.value.silent',
  cut: 'route.value.cut',
} as const;

/** Returns the message for the outcome of a connection or an RPC bind. */
export function outcomeWords(outcome: keyof typeof PROBE_WORDS | null): Message {
  return message(outcome === null ? 'route.value.unknown' : PROBE_WORDS[outcome]);
}

const portName = (port: number): Message => message('route.name.port', { port: String(port) });
const addressWords = (text: string, more: number): Message =>
  more === 0
    ? message('route.value.literal', { text })
    : message('route.value.andMore', { text, count: more });

const SILENCES = {
  silent: 'route.value.noAnswer',
  closed: 'route.value.refused',
  garbled: 'route.value.garbled',
  unreachable: 'route.value.unreachable',
  unread: 'route.value.unknown',
} as const;

/** Builds a detail line for each query, with the DNS response code. */
function answersAs(
  answers: readonly DnsEvidence[],
  label: (answer: DnsEvidence) => string,
): NodeDetail[] {
  return answers.map((answer) => ({
    label: label(answer),
    value: answer.outcome === 'answered' ? answer.rcode : message(SILENCES[answer.outcome]),
  }));
}
