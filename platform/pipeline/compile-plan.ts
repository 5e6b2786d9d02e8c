import type { Agent, AgentLimits } from '../../contracts/agent.ts';
import { millisecondsOf } from '../../contracts/duration.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { LEAF_KINDS } from '../../contracts/node-kinds/index.ts';
import type { PipelineDefinition, PipelineNode } from '../../contracts/pipeline.ts';
import type { PlanEdge, PlanGraph, PlanNode } from '../../contracts/plan.ts';
import { dotted } from './dotted-path.ts';

/** Of one attempt, where the node says nothing. An agent has its limit `maxSeconds` instead, a map the pipeline's timeout. */
export const DEFAULT_TIMEOUTS_MS = { action: 30_000, pure: 60_000 } as const;

/** Nodes and edges of a valid definition, or of the pipeline inside one of its maps. */
type DefinedGraph = Pick<PipelineDefinition, 'nodes' | 'edges'>;

interface Compilation {
  agents: ReadonlyMap<string, Agent>;
  pipelineTimeoutMs: number;
  /** Of the agents that are gone. */
  problems: { path: string; message: string; nodeId: string }[];
}

/**
 * Makes of a valid definition what the engine decides by: no value, no expression, times in milliseconds.
 * @param agents by name or id, as the definition writes it
 * @throws GatheringFailure `InvalidInput` naming each node whose agent is gone
 */
export function compilePlan(
  definition: Pick<PipelineDefinition, 'nodes' | 'edges' | 'timeout'>,
  agents: ReadonlyMap<string, Agent>,
): PlanGraph {
  const compilation: Compilation = {
    agents,
    pipelineTimeoutMs: millisecondsOf(definition.timeout),
    problems: [],
  };
  const plan = planOf(definition, compilation, '');
  const { problems } = compilation;
  if (problems.length === 0) return plan;
  throw new GatheringFailure('InvalidInput', problems.map(({ message }) => message).join('; '), { problems });
}

const planOf = (graph: DefinedGraph, compilation: Compilation, path: string): PlanGraph => ({
  nodes: graph.nodes.map((node, index) =>
    planNodeOf(node, compilation, dotted(path, 'nodes', index, 'config')),
  ),
  edges: graph.edges.map(({ from, to, port }): PlanEdge =>
    port === undefined ? { from, to } : { from, to, port },
  ),
});

function limitsOf(
  node: PipelineNode & { type: 'agent' },
  { agents, problems }: Compilation,
  path: string,
): AgentLimits | undefined {
  const agent = agents.get(node.config.agent);
  if (agent !== undefined) return agent.limits;
  const message = `There is no agent "${node.config.agent}", which node "${node.id}" names`;
  problems.push({ path: dotted(path, 'agent'), message, nodeId: node.id });
  return undefined;
}

/** @param path of the node's config */
function planNodeOf(node: PipelineNode, compilation: Compilation, path: string): PlanNode {
  const { id, name, type, onError, timeout } = node;
  const written = timeout === undefined ? undefined : millisecondsOf(timeout);
  const planned = {
    id,
    ...(name === undefined || name === id ? {} : { name }),
    kind: type,
    pure: type !== 'map' && LEAF_KINDS[type].pure,
    onError,
  };
  switch (node.type) {
    case 'agent': {
      const limits = limitsOf(node, compilation, path);
      // Without limits the compilation fails in the end.
      if (limits === undefined) return { ...planned, timeoutMs: 0 };
      return { ...planned, timeoutMs: written ?? limits.maxSeconds * 1000, limits };
    }
    case 'map': {
      const { concurrency, onError: onItemError, pipeline } = node.config;
      if (pipeline === undefined) return { ...planned, timeoutMs: 0 };
      const map = {
        concurrency,
        onError: onItemError,
        graph: planOf(pipeline, compilation, dotted(path, 'pipeline')),
      };
      return { ...planned, timeoutMs: written ?? compilation.pipelineTimeoutMs, map };
    }
    case 'merge': {
      const { mode, count } = node.config;
      const merge = mode === 'quorum' && count !== undefined ? { mode, count } : { mode };
      return { ...planned, timeoutMs: written ?? DEFAULT_TIMEOUTS_MS.pure, merge };
    }
    case 'action':
      return { ...planned, timeoutMs: written ?? DEFAULT_TIMEOUTS_MS.action };
    case 'delay':
    case 'human':
    case 'pipeline':
      return { ...planned, timeoutMs: written ?? compilation.pipelineTimeoutMs };
    case 'condition':
    case 'transform':
    case 'filter':
    case 'trigger':
    case 'parallel':
      return { ...planned, timeoutMs: written ?? DEFAULT_TIMEOUTS_MS.pure };
  }
}
