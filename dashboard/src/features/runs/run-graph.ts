import { failedOutcome, isTaken } from '../../../../contracts/graph/index.ts';
import { isJsonObject, type Json } from '../../../../contracts/json.ts';
import type { PipelineEdge, PipelineNode, SubPipeline } from '../../../../contracts/pipeline.ts';
import type { NodeOutcome } from '../../../../contracts/plan.ts';
import type { Run, RunNode } from '../../../../contracts/run.ts';
import { durationText } from '../../lib/format.ts';
import { innerGraphOf, type PinnedPipelines } from '../../lib/inner-graph.ts';
import { edgeIdOf, type NodeLook, type Progress } from '../../ui/graph/graph-model.ts';
import type { Status } from '../../ui/status.tsx';
import { hasEnded } from './live.ts';
import { shownStatus, statusAround } from './shown-status.ts';

/** What a run makes of its graph: how each node looks, and which edges carried data. */
export interface RunGraph {
  looks: ReadonlyMap<string, NodeLook>;
  taken: ReadonlySet<string>;
}

export function runGraphOf(run: Run): RunGraph {
  const byPath = Map.groupBy(run.nodes, (node) => node.path);
  const found = {
    byPath,
    looks: new Map<string, NodeLook>(),
    taken: new Set<string>(),
    pipelines: run.pipelines,
  };
  visit(run.definition, null, found);
  return found;
}

interface Found {
  byPath: ReadonlyMap<string, readonly RunNode[]>;
  looks: Map<string, NodeLook>;
  taken: Set<string>;
  pipelines: PinnedPipelines;
}

function visit(graph: SubPipeline, parent: { path: string; isMap: boolean } | null, found: Found): void {
  const { byPath, looks, taken, pipelines } = found;
  const pathOf = (id: string) => (parent === null ? id : `${parent.path}.${id}`);
  const kinds = new Map(graph.nodes.map((node) => [node.id, node]));
  for (const node of graph.nodes) {
    const path = pathOf(node.id);
    const rows = byPath.get(path) ?? [];
    looks.set(
      path,
      parent === null || (!parent.isMap && rows.length <= 1)
        ? lookOf(rows[0])
        : aggregateLook(rows, itemsOf(byPath.get(parent.path) ?? [])),
    );
    const inner = innerGraphOf(node, pipelines);
    if (inner === undefined) continue;
    const progress = itemProgress(path, inner, byPath);
    const look = looks.get(path);
    if (node.type === 'map' && look !== undefined && progress.total > 0)
      looks.set(path, { ...look, progress });
    visit(inner, { path, isMap: node.type === 'map' }, found);
    const shown = looks.get(path);
    if (shown?.status !== 'running') continue;
    const inside = inner.nodes.flatMap(({ id }) => looks.get(`${path}.${id}`)?.status ?? []);
    looks.set(path, { ...shown, status: statusAround(inside) });
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
    if (carried && reached) taken.add(edgeIdOf(parent?.path ?? null, edge));
  }
}

const carriedBy = ({ from, to, port }: PipelineEdge, outcome: NodeOutcome): boolean =>
  isTaken(port === undefined ? { from, to } : { from, to, port }, outcome);

/** Where a node's run went on; a condition's port is its output, that of a question to people was decided. */
function outcomeOf(node: PipelineNode, row: RunNode): NodeOutcome {
  const { id } = node;
  switch (row.status) {
    case 'completed':
      return { id, status: 'completed', port: portOf(node, row.output) };
    case 'failed':
      return failedOutcome(id, node.type, node.onError);
    case 'canceled':
      return { id, status: 'canceled' };
    default:
      return { id, status: 'skipped' };
  }
}

const PORT_OF_DECISION: Record<string, string> = {
  approve: 'approved',
  reject: 'rejected',
  timeout: 'timeout',
};

function portOf({ type }: PipelineNode, output: Json | undefined): string {
  if (type === 'condition') return String(output === true);
  if (type !== 'human') return 'default';
  const decision = isJsonObject(output) ? output['decision'] : undefined;
  return PORT_OF_DECISION[typeof decision === 'string' ? decision : ''] ?? 'approved';
}

function lookOf(row: RunNode | undefined): NodeLook {
  if (row === undefined) return { status: 'pending', attempts: 0 };
  const { attempts, startedAt, endedAt } = row;
  const status = shownStatus(row);
  if (row.takenOver === true && row.status !== 'skipped')
    return { status, attempts, note: row.overridden === true ? 'Output given' : 'Taken over' };
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
  const statuses = rows.map(shownStatus);
  return {
    status: aggregateStatus(rows.length < items ? [...statuses, 'pending'] : statuses),
    attempts: 1,
    ...(progress.total > 0 && { progress }),
  };
}

const count = (rows: readonly RunNode[], test: (status: RunNode['status']) => boolean): number =>
  rows.filter((row) => test(row.status)).length;

const FIRST_WINS: readonly Status[] = [
  'running',
  'waiting',
  'sleeping',
  'pending',
  'completed',
  'failed',
  'canceled',
];

const BUSY: readonly Status[] = ['running', 'waiting', 'sleeping'];
const OPEN: readonly Status[] = ['pending', 'running', 'waiting', 'sleeping'];

/** What many items amount to: still at it, else completed where any of them is; how many failed is said beside it. */
export function aggregateStatus(statuses: readonly Status[]): Status {
  if (statuses.length === 0 || statuses.every((status) => status === 'pending')) return 'pending';
  if (statuses.includes('pending') && !statuses.some((status) => BUSY.includes(status))) {
    return statuses.some((status) => !OPEN.includes(status)) ? 'running' : 'pending';
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
