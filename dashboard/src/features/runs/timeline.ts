import type { Run, RunNode } from '../../../../contracts/run.ts';
import type { Status } from '../../ui/status.tsx';
import { nodeKey, type Retry } from './live.ts';
import { shownStatus, statusAround } from './shown-status.ts';

/** A stretch of a bar: an attempt, or the wait before the next one. `to` is null while it lasts. */
export interface Segment {
  kind: 'attempt' | 'wait';
  from: number;
  to: number | null;
  status: Status;
}

/** One line of the timeline. */
export interface TimelineRow {
  key: string;
  node: RunNode;
  /** As it is shown: what only waits inside says so outside. */
  status: Status;
  label: string;
  /** 0 at the top, 1 inside a map, … */
  depth: number;
  segments: readonly Segment[];
  /** Of a map or another pipeline: how many lines stand inside it. */
  inside: number;
}

/** The lines of a run, maps closed unless their key is in `open`; nodes inside a map item by item. */
export function timelineOf(
  run: Run,
  retries: readonly Retry[],
  open: ReadonlySet<string>,
  labels: ReadonlyMap<string, string>,
): TimelineRow[] {
  const retriesOf = Map.groupBy(retries, (retry) => nodeKey(retry.path, retry.iteration));
  const children = Map.groupBy(run.nodes, (node) => parentKeyOf(node));
  const rows: TimelineRow[] = [];
  const statusOf = (node: RunNode): Status => {
    const own = shownStatus(node);
    const inside = own === 'running' ? (children.get(nodeKey(node.path, node.iteration)) ?? []) : [];
    return inside.length === 0 ? own : statusAround(inside.map(statusOf));
  };
  const add = (node: RunNode, depth: number, ofMap: boolean) => {
    const key = nodeKey(node.path, node.iteration);
    const inside = children.get(key) ?? [];
    const name = labels.get(node.path) ?? node.id;
    const item = node.iteration.split('.').at(-1) ?? '0';
    rows.push({
      key,
      node,
      status: statusOf(node),
      depth,
      label: ofMap ? `${Number(item) + 1} · ${name}` : name,
      segments: segmentsOf(node, statusOf(node), retriesOf.get(key) ?? []),
      inside: inside.length,
    });
    if (!open.has(key)) return;
    for (const child of [...inside].sort(byItem)) add(child, depth + 1, node.kind === 'map');
  };
  for (const node of [...(children.get('') ?? [])].sort(byStart)) add(node, 0, false);
  return rows;
}

/** The key of the map that a node stands in; '' at the top. */
function parentKeyOf({ path, iteration }: RunNode): string {
  const cut = path.lastIndexOf('.');
  if (cut === -1) return '';
  const outer = iteration.split('.').slice(0, -1);
  return nodeKey(path.slice(0, cut), outer.length === 0 ? '0' : outer.join('.'));
}

const NEVER = Number.POSITIVE_INFINITY;
const startOf = (node: RunNode): number => (node.startedAt === null ? NEVER : Date.parse(node.startedAt));

/** Those that ran in the order of their start; the others keep the definition's order, after them. */
function byStart(a: RunNode, b: RunNode): number {
  const [first, second] = [startOf(a), startOf(b)];
  return first === second ? 0 : first - second;
}

/** Item by item; the nodes of one item keep the definition's order. */
function byItem(a: RunNode, b: RunNode): number {
  const [first, second] = [a, b].map((node) => node.iteration.split('.').map(Number));
  const at = first?.findIndex((index, depth) => index !== second?.[depth]) ?? -1;
  return at === -1 ? 0 : (first?.[at] ?? 0) - (second?.[at] ?? 0);
}

function segmentsOf(node: RunNode, shown: Status, retries: readonly Retry[]): Segment[] {
  // What was taken over ran in another run.
  if (node.startedAt === null || node.takenOver === true) return [];
  const segments: Segment[] = [];
  let from = Date.parse(node.startedAt);
  for (const { failedAt, delayMs } of retries) {
    const failed = Date.parse(failedAt);
    segments.push({ kind: 'attempt', from, to: failed, status: 'failed' });
    const again =
      node.endedAt === null ? failed + delayMs : Math.min(failed + delayMs, Date.parse(node.endedAt));
    segments.push({ kind: 'wait', from: failed, to: again, status: 'running' });
    from = again;
  }
  const to = node.endedAt === null ? null : Date.parse(node.endedAt);
  return [...segments, { kind: 'attempt', from, to, status: shown === 'pending' ? 'running' : shown }];
}

/** Round marks on an axis of some length, at most seven. */
export function ticksOf(lengthMs: number): number[] {
  const rough = Math.max(1, lengthMs / 6);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  return Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, index) => index * step);
}

const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/** A length with some room to grow: while a run lasts, its axis changes now and then, not all the time. */
export function roomyLength(lengthMs: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, lengthMs)));
  return power * (STEPS.find((step) => step * power > lengthMs) ?? 10);
}
