import type { Agent, AgentLimits } from '../../contracts/agent.ts';
import { millisecondsOf } from '../../contracts/duration.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { LEAF_KINDS } from '../../contracts/node-kinds/index.ts';
import { type PipelineReference, referenceKeyOf } from '../../contracts/node-kinds/pipeline.ts';
import type { PipelineDefinition, PipelineNode } from '../../contracts/pipeline.ts';
import type { MapPlan, PlanEdge, PlanGraph, PlanNode } from '../../contracts/plan.ts';
import { dotted } from './dotted-path.ts';
import { humanPlanOf } from './human-plan.ts';
import type { PipelinesByKey } from './sub-pipelines.ts';

/** Of one attempt, where the node says nothing. An agent has its limit `maxSeconds` instead, a map the pipeline's timeout. */
export const DEFAULT_TIMEOUTS_MS = { action: 30_000, pure: 60_000 } as const;

/** Nodes and edges of a valid definition, or of the pipeline inside one of its maps. */
type DefinedGraph = Pick<PipelineDefinition, 'nodes' | 'edges'>;

interface Compilation {
  agents: ReadonlyMap<string, Agent>;
  pipelines: PipelinesByKey;
  /** Of the pipeline whose nodes are planned. */
  pipelineTimeoutMs: number;
  /** The node of the outermost pipeline that leads to another one which is planned; its problems are told there. */
  within?: { path: string; nodeId: string; name: string };
  /** Of the agents that are gone. */
  problems: { path: string; message: string; nodeId: string }[];
}

/**
 * Makes of a valid definition what the engine decides by: no value, no expression, times in milliseconds.
 * @param agents by name or id, as the definition writes it
 * @param pipelines what `resolvePipelines` has found for it, without `subPipelineProblems`
 * @throws GatheringFailure `InvalidInput` naming each node whose agent is gone
 */
export function compilePlan(
  definition: Pick<PipelineDefinition, 'nodes' | 'edges' | 'timeout'>,
  agents: ReadonlyMap<string, Agent>,
  pipelines: PipelinesByKey = new Map(),
): PlanGraph {
  const compilation: Compilation = {
    agents,
    pipelines,
    pipelineTimeoutMs: millisecondsOf(definition.timeout),
    problems: [],
  };
  const plan = planOf(definition, compilation, '');
  const { problems } = compilation;
  if (problems.length === 0) return plan;
  throw new GatheringFailure('InvalidInput', problems.map(({ message }) => message).join('; '), { problems });
}

const planOf = (graph: DefinedGraph, compilation: Compilation, path: string): PlanGraph => ({
  nodes: graph.nodes.map((node, index) => ({
    ...planNodeOf(node, compilation, dotted(path, 'nodes', index, 'config')),
    ...(node.type === 'human' ? { human: humanPlanOf(node, graph.edges) } : {}),
  })),
  edges: graph.edges.map(({ from, to, port }): PlanEdge =>
    port === undefined ? { from, to } : { from, to, port },
  ),
});

function limitsOf(
  node: PipelineNode & { type: 'agent' },
  { agents, problems, within }: Compilation,
  path: string,
): AgentLimits | undefined {
  const agent = agents.get(node.config.agent);
  if (agent !== undefined) return agent.limits;
  const message = `There is no agent "${node.config.agent}", which node "${node.id}" names`;
  problems.push(
    within === undefined
      ? { path: dotted(path, 'agent'), message, nodeId: node.id }
      : { path: within.path, message: `${message} in the pipeline "${within.name}"`, nodeId: within.nodeId },
  );
  return undefined;
}

/** The graph of another pipeline, and how long that may take at most. */
function otherPipeline(
  reference: PipelineReference,
  compilation: Compilation,
  { path, nodeId }: { path: string; nodeId: string },
): { graph: PlanGraph; pipelineId: string; timeoutMs: number } {
  const pipeline = compilation.pipelines.get(referenceKeyOf(reference));
  if (pipeline === undefined) throw new TypeError(`the pipeline ${reference.pipelineId} was not looked for`);
  const { id, name, definition } = pipeline;
  const timeoutMs = millisecondsOf(definition.timeout);
  const within = {
    ...(compilation.within ?? { path: dotted(path, 'pipelineId'), nodeId }),
    name,
  };
  const graph = planOf(definition, { ...compilation, pipelineTimeoutMs: timeoutMs, within }, '');
  return { graph, pipelineId: id, timeoutMs };
}

function mapOf(
  node: PipelineNode & { type: 'map' },
  compilation: Compilation,
  path: string,
): MapPlan | undefined {
  const { concurrency, onError, pipeline, pipelineId, version } = node.config;
  if (pipeline !== undefined)
    return { concurrency, onError, graph: planOf(pipeline, compilation, dotted(path, 'pipeline')) };
  if (pipelineId === undefined) return undefined;
  const other = otherPipeline({ pipelineId, version }, compilation, { path, nodeId: node.id });
  return {
    ...{ concurrency, onError, graph: other.graph },
    ...{ pipelineId: other.pipelineId, itemTimeoutMs: other.timeoutMs },
  };
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
      const map = mapOf(node, compilation, path);
      if (map === undefined) throw new TypeError(`the map ${id} has no pipeline`);
      return { ...planned, timeoutMs: written ?? compilation.pipelineTimeoutMs, map };
    }
    case 'pipeline': {
      const other = otherPipeline(node.config, compilation, { path, nodeId: id });
      const timeoutMs = written ?? other.timeoutMs;
      const { graph, pipelineId } = other;
      const map: MapPlan = { concurrency: 1, onError: 'fail', graph, pipelineId, itemTimeoutMs: timeoutMs };
      return { ...planned, timeoutMs, map };
    }
    case 'merge': {
      const { mode, count } = node.config;
      const merge = mode === 'quorum' && count !== undefined ? { mode, count } : { mode };
      return { ...planned, timeoutMs: written ?? DEFAULT_TIMEOUTS_MS.pure, merge };
    }
    case 'action':
      return { ...planned, timeoutMs: written ?? DEFAULT_TIMEOUTS_MS.action };
    case 'circle':
    case 'delay':
    case 'human':
      return { ...planned, timeoutMs: written ?? compilation.pipelineTimeoutMs };
    case 'condition':
    case 'transform':
    case 'filter':
    case 'trigger':
    case 'parallel':
      return { ...planned, timeoutMs: written ?? DEFAULT_TIMEOUTS_MS.pure };
  }
}
