/**
 * A diagram of the path from this PC to its KMS service: six columns, a row for each DNS server and each KMS host, and
 * the lines between them. Everything is derived from the evidence, so a report gives the same diagram as the run
 * itself.
 */
import type { DeepReadonly } from './deep-readonly';
import type { CheckEvidence } from './diagnosis';
import { ROUTE_STAGES, RouteNodes, type NodeState, type RouteNode } from './route-nodes';

export type { NodeState, RouteNode, RouteStageId } from './route-nodes';

/** The diagram. */
export type Route = DeepReadonly<ReturnType<typeof routeOf>>;

/** A column with one node per row. */
export type RouteStage = DeepReadonly<Route['columns'][number]>;

/** How a line is drawn. `testing` is the only animated state. */
export type EdgeState = 'passed' | 'warned' | 'broken' | 'not-reached' | 'testing';

/** Maximum number of rows drawn; the rest are combined into an overflow row. */
const MAX_ROWS = 3;

/** Whether the path continues beyond a node. A warning on a server or a host means that this one is broken. */
const open = ({ state, column }: RouteNode): boolean =>
  state === 'pass' || (state === 'warn' && (column === 'pc' || column === 'srv'));

function edgeState(from: RouteNode, to: RouteNode): EdgeState {
  if (to.state === 'running') {
    return from.state === 'fail' || from.state === 'warn' ? 'not-reached' : 'testing';
  }
  const isUnfinished = from.state === 'running' || from.state === 'pending';
  if (!open(from) && (from.column !== 'pc' || isUnfinished)) return 'not-reached';
  if (to.state === 'pass') return 'passed';
  if (to.state === 'warn') return 'warned';
  return to.state === 'fail' ? 'broken' : 'not-reached';
}

/** Keeps the most important rows, so that a failure is never hidden in favor of a success. */
function collapseRows<T>(
  rows: readonly T[],
  worst: (row: T) => number,
): { shown: T[]; overflow: T[] } {
  const ranked = [...rows].sort((a, b) => worst(b) - worst(a));
  const kept = ranked.slice(0, MAX_ROWS);
  // The first working row stays visible next to the failing ones, since it is the one in use.
  const works = ranked.find((row) => worst(row) === 0);
  if (works !== undefined && !kept.includes(works)) kept[MAX_ROWS - 1] = works;
  return {
    shown: rows.filter((row) => kept.includes(row)),
    overflow: rows.filter((row) => !kept.includes(row)),
  };
}

const RANK: Readonly<Record<NodeState, number>> = {
  pass: 0,
  'not-applicable': 0,
  pending: 1,
  'not-reached': 1,
  running: 2,
  unknown: 3,
  warn: 4,
  fail: 5,
};

/**
 * Computes the diagram.
 *
 * @param checks checks with their evidence, from a run in progress or a finished diagnosis
 * @param target the computer, if known
 */
export function routeOf(
  checks: readonly CheckEvidence[],
  target: { readonly computer: string } | null,
) {
  const builder = new RouteNodes(checks, target?.computer ?? null);
  const pc = builder.pc();
  const dns = collapseRows(builder.dns(), (node) => RANK[node.state]);
  const srv = builder.srv([...dns.shown, ...dns.overflow].some(open));
  const rows = collapseRows(builder.rows(srv), (row) =>
    Math.max(...row.map(({ state }) => RANK[state])),
  );
  const shown = [pc, ...dns.shown, srv, ...rows.shown.flat()];
  const overflow = [...dns.overflow, ...rows.overflow.flat()];

  /** A line between two nodes, by their IDs. */
  const edge = (from: RouteNode, to: RouteNode, state = edgeState(from, to)) => ({
    from: from.id,
    to: to.id,
    state,
  });
  const { srvAnswers, deniedBy } = builder.path;
  const hasRecord = ({ name }: RouteNode): boolean =>
    srvAnswers.some(({ server, records }) => server === name && records.length > 0);
  // If the first server alone lacks the record, the paths from the others aren't broken.
  const toRecord = (server: RouteNode) =>
    edge(server, srv, deniedBy !== null && hasRecord(server) ? 'passed' : undefined);
  return {
    columns: ROUTE_STAGES.map((id) => ({
      id,
      nodes: shown.filter(({ column }) => column === id),
      /** Nodes that don't fit into a separate row. */
      overflow: overflow.filter(({ column }) => column === id),
    })),
    lines: [
      ...dns.shown.flatMap((server) => [edge(pc, server), toRecord(server)]),
      ...rows.shown.flatMap(([host, port, kms]) => [
        edge(srv, host),
        edge(host, port),
        edge(port, kms),
      ]),
    ],
  };
}

// A failing row next to a working one is already a warning, so the best row shows where the path ends.
const BEST_FIRST: readonly NodeState[] = [
  'pass',
  'warn',
  'running',
  'fail',
  'unknown',
  'pending',
  'not-reached',
  'not-applicable',
];

/** Returns the node that represents several in the compact diagram. */
export function bestNode(nodes: readonly RouteNode[]): RouteNode | undefined {
  const rank = ({ state }: RouteNode): number => BEST_FIRST.indexOf(state);
  return [...nodes].sort((a, b) => rank(a) - rank(b))[0];
}

/** Returns the state of a column in the compact diagram. */
export function stageState({ nodes, overflow }: RouteStage): NodeState {
  return bestNode([...nodes, ...overflow])?.state ?? 'pending';
}
