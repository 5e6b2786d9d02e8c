import type { PipelineEdge } from '../../../../contracts/pipeline.ts';
import type { Run, RunNode } from '../../../../contracts/run.ts';
import { hasEnded } from './live.ts';

/** What a fork at a node would do, as far as a person wants to know it beforehand. */
export interface ForkPlan {
  /** Outermost nodes that it takes over; nothing is called for them. */
  takenOver: readonly RunNode[];
  /** Of those, the ones before the node: their outputs may be replaced. */
  replaceable: readonly RunNode[];
  /** Outermost nodes that run, the one that is forked at among them. */
  runs: readonly RunNode[];
  /** Nodes before it that have not ended: it has to wait for them. */
  unfinished: readonly RunNode[];
}

/** What has ended with something to go on with, and is not behind the node, is taken over; everything else runs. */
export function forkPlanOf(run: Run, fromNode: string): ForkPlan {
  const outermost = run.nodes.filter(({ path }) => !path.includes('.'));
  const behind = reachable(run.definition.edges, fromNode, ({ from, to }) => [from, to]);
  const before = reachable(run.definition.edges, fromNode, ({ from, to }) => [to, from]);
  const goesOn = new Set(run.definition.nodes.flatMap(({ id, onError }) => (onError === 'fail' ? [] : [id])));
  const hasResult = ({ id, status }: RunNode) =>
    status === 'completed' || (status === 'failed' && goesOn.has(id));
  const stays = (node: RunNode) => node.id !== fromNode && !behind.has(node.id);
  const takenOver = outermost.filter((node) => stays(node) && hasResult(node));
  const runs = outermost.filter((node) => !stays(node) || (!hasResult(node) && node.status !== 'skipped'));
  return {
    takenOver,
    runs,
    replaceable: takenOver.filter((node) => before.has(node.id)),
    unfinished: outermost.filter((node) => before.has(node.id) && !hasEnded(node.status)),
  };
}

function reachable(
  edges: readonly PipelineEdge[],
  start: string,
  direction: (edge: PipelineEdge) => readonly [string, string],
): Set<string> {
  const found = new Set<string>();
  const open = [start];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const edge of edges) {
      const [from, to] = direction(edge);
      if (from !== next || found.has(to)) continue;
      found.add(to);
      open.push(to);
    }
  }
  return found;
}

/** The outermost node that a path stands in. */
export const outermostOf = (path: string): string => path.split('.')[0] ?? path;

/** The node to begin again at, for a run that did not complete: the outermost one that failed. */
export function failedNodeOf(run: Run): string | undefined {
  const failed = run.nodes.find(
    ({ status, id, path }) => status === 'failed' && (id === run.error?.nodeId || path === run.error?.nodeId),
  );
  const culprit = failed ?? run.nodes.find(({ status }) => status === 'failed');
  return culprit === undefined ? undefined : outermostOf(culprit.path);
}
