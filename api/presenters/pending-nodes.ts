import type { PipelineDefinition } from '../../contracts/pipeline.ts';
import type { Run, RunNode } from '../../contracts/run.ts';

/** Adds the nodes that have not begun, and puts all in the order of the definition, those inside of maps after them. */
export function withPendingNodes(run: Run): Run {
  const begun = new Map(run.nodes.filter(({ path }) => !path.includes('.')).map((node) => [node.path, node]));
  const outermost = run.definition.nodes.map((node) => begun.get(node.id) ?? pendingNode(node));
  return { ...run, nodes: [...outermost, ...run.nodes.filter(({ path }) => path.includes('.'))] };
}

const pendingNode = ({ id, type }: PipelineDefinition['nodes'][number]): RunNode => ({
  id,
  path: id,
  iteration: '0',
  kind: type,
  status: 'pending',
  attempts: 0,
  startedAt: null,
  endedAt: null,
});
