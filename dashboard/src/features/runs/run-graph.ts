import { failedOutcome, isTaken } from '../../../../contracts/graph/index.ts';
import type { PipelineEdge, PipelineNode, SubPipeline } from '../../../../contracts/pipeline.ts';
import type { NodeOutcome } from '../../../../contracts/plan.ts';
import type { NodeStatus, Run, RunNode } from '../../../../contracts/run.ts';
import { durationText } from '../../lib/format.ts';
import { edgeIdOf, type NodeLook, type Progress } from '../../ui/graph/graph-model.ts';
import { hasEnded } from './live.ts';

/** What a run makes of its graph: how each node looks, and which edges carried data. */
export interface RunGraph {
  looks: ReadonlyMap<string, NodeLook>;
  taken: ReadonlySet<string>;
}

export function runGraphOf(run: Run): RunGraph {
  const byPath = Map.groupBy(run.nodes, (node) => node.path);
  const looks = new Map<string, NodeLook>();
  const taken = new Set<string>();
  visit(run.definition, null, byPath, looks, taken);
  return { looks, taken };
}

function visit(
  graph: SubPipeline,
  parent: string | null,
  byPath: ReadonlyMap<string, readonly RunNode[]>,
  looks: Map<string, NodeLook>,
  taken: Set<string>,
): void {
  const pathOf = (id: string) => (parent === null ? id : `${parent}.${id}`);
  const kinds = new Map(graph.nodes.map((node) => [node.id, node]));
  for (const node of graph.nodes) {
    const path = pathOf(node.id);
    const rows = byPath.get(path) ?? [];
    looks.set(
      path,
      parent === null ? lookOf(rows[0]) : aggregateLook(rows, itemsOf(byPath.get(parent) ?? [])),
    );
    if (node.type !== 'map' || node.config.pipeline === undefined) continue;
    const progress = itemProgress(path, node.config.pipeline, byPath);
    const look = looks.get(path);
    if (look !== undefined && progress.total > 0) looks.set(path, { ...look, progress });
    visit(node.config.pipeline, path, byPath, looks, taken);
  }
  for (const edge of graph.edges) {
    const from = kinds.get(edge.from);
    const carried = (byPath.get(pathOf(edge.from)) ?? []).some(
      (row) => from !== undefined && carriedBy(edge, outcomeOf(from, row)),
    );
    // Data is carried once somebody takes it: a branch that is still to come stays dashed.
    const reached = (byPath.get(pathOf(edge.to)) ?? []).some(
      (row) => row.status !== 'pending' && row.status !== 'skipped',
    );
    if (carried && reached) taken.add(edgeIdOf(parent, edge));
  }
}

const carriedBy = ({ from, to, port }: PipelineEdge, outcome: NodeOutcome): boolean =>
  isTaken(port === undefined ? { from, to } : { from, to, port }, outcome);

/** Where a node's run went on; a condition's port is its output. */
function outcomeOf(node: PipelineNode, row: RunNode): NodeOutcome {
  const { id } = node;
  switch (row.status) {
    case 'completed':
      return {
        id,
        status: 'completed',
        port: node.type === 'condition' ? String(row.output === true) : 'default',
      };
    case 'failed':
      return failedOutcome(id, node.type, node.onError);
    case 'canceled':
      return { id, status: 'canceled' };
    default:
      return { id, status: 'skipped' };
  }
}

function lookOf(row: RunNode | undefined): NodeLook {
  if (row === undefined) return { status: 'pending', attempts: 0 };
  const { status, attempts, startedAt, endedAt } = row;
  const took = startedAt === null || endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt);
  return { status, attempts, ...(took > 0 && { note: durationText(took) }) };
}

/** How many items the runs of a map have altogether; more than one run where it stands in a map itself. */
const itemsOf = (maps: readonly RunNode[]): number => maps.reduce((sum, map) => sum + (map.items ?? 0), 0);

/** One node inside a map, over all items, those that are to come too. */
function aggregateLook(rows: readonly RunNode[], items: number): NodeLook {
  const progress = {
    ended: count(rows, hasEnded),
    failed: count(rows, (status) => status === 'failed'),
    total: Math.max(rows.length, items),
  };
  const statuses = rows.map((row) => row.status);
  return {
    status: aggregateStatus(rows.length < items ? [...statuses, 'pending'] : statuses),
    attempts: 1,
    ...(progress.total > 0 && { progress }),
  };
}

const count = (rows: readonly RunNode[], test: (status: NodeStatus) => boolean): number =>
  rows.filter((row) => test(row.status)).length;

const FIRST_WINS: readonly NodeStatus[] = [
  'running',
  'waiting',
  'pending',
  'completed',
  'failed',
  'canceled',
];

/** What many items amount to: still at it, else completed where any of them is; how many failed is said beside it. */
export function aggregateStatus(statuses: readonly NodeStatus[]): NodeStatus {
  if (statuses.length === 0 || statuses.every((status) => status === 'pending')) return 'pending';
  if (statuses.includes('pending') && !statuses.includes('running')) {
    return statuses.some(hasEnded) ? 'running' : 'pending';
  }
  return FIRST_WINS.find((status) => statuses.includes(status)) ?? 'skipped';
}

/** How many items of a map have come to their end: all their nodes have. */
function itemProgress(
  path: string,
  inner: SubPipeline,
  byPath: ReadonlyMap<string, readonly RunNode[]>,
): Progress {
  const rows = inner.nodes.flatMap((node) => byPath.get(`${path}.${node.id}`) ?? []);
  const items = [...Map.groupBy(rows, (row) => row.iteration).values()];
  const mapRow = byPath.get(path)?.[0];
  const ended = items.filter(
    (item) => item.length === inner.nodes.length && item.every((row) => hasEnded(row.status)),
  );
  return {
    total: Math.max(items.length, mapRow?.items ?? 0),
    ended: ended.length,
    failed: ended.filter((item) => item.some((row) => row.status === 'failed')).length,
  };
}
