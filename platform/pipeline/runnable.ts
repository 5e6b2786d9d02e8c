import type { Agent } from '../../contracts/agent.ts';
import { millisecondsOf } from '../../contracts/duration.ts';
import type { Id } from '../../contracts/ids.ts';
import type { ProviderStatus } from '../../contracts/model.ts';
import type { PipelineDefinition, PipelineNode } from '../../contracts/pipeline.ts';
import type { PipelineRunInput, PlanGraph } from '../../contracts/plan.ts';
import type { ProblemItem } from '../../contracts/problem.ts';
import type { PinnedPipeline } from '../../contracts/run.ts';
import { compilePlan } from './compile-plan.ts';
import { dotted } from './dotted-path.ts';
import { outlineOf } from './outline.ts';
import { subPipelineProblems } from './sub-pipeline-problems.ts';
import { type FindPipelines, type NamedPipeline, pipelinesNamedIn, resolveNamed } from './sub-pipelines.ts';

/** A version to start a run from, with the name that its pipeline has now. */
export interface Startable {
  pipelineId: Id;
  name: string;
  version: number;
  definition: PipelineDefinition;
}

/** Where definitions come from. */
export interface DefinitionSource {
  /** @throws GatheringFailure NotFound */
  getStartable: (idOrName: string, version: number | undefined) => Promise<Startable>;
  findPinned: FindPipelines;
  /** Those that exist, by id or name. */
  findAgents: (idsOrNames: readonly string[]) => Promise<readonly Agent[]>;
}

/** A version as it can be run at the moment, or why it cannot. */
export interface Runnable {
  startable: Startable;
  /** The pipelines that it runs as parts of itself, by `referenceKeyOf`. */
  pipelines: Readonly<Record<string, PinnedPipeline>>;
  /** By the words that the nodes name them with. */
  agents: Readonly<Record<string, Agent>>;
  checked: { plan: PlanGraph } | { problems: readonly ProblemItem[] };
}

export type FindRunnable = (pipeline: string, version: number | undefined) => Promise<Runnable>;

/** Makes what looks for a version, the pipelines that it runs, the agents of all of them, and its plan. */
export const createFindRunnable =
  (source: DefinitionSource, providers: readonly ProviderStatus[]): FindRunnable =>
  async (pipeline, version) => {
    const startable = await source.getStartable(pipeline, version);
    const { definition, pipelineId, name } = startable;
    const outline = outlineOf(definition);
    const inside = pipelinesNamedIn(outline);
    const pipelines = await resolveNamed(inside, source.findPinned);
    const named = agentsNamedIn(definition, inside[0], pipelines);
    const words = new Set(named.map(({ word }) => word));
    const agents = byWord(words, await source.findAgents([...words]));
    const problems = [
      ...subPipelineProblems(outline, { id: pipelineId, name }, pipelines),
      ...named.flatMap((place) => agentProblems(place, agents.get(place.word), providers)),
    ];
    return {
      startable,
      pipelines: Object.fromEntries(pipelines),
      agents: Object.fromEntries(agents),
      checked: problems.length > 0 ? { problems } : { plan: compilePlan(definition, agents, pipelines) },
    };
  };

/** What the workflow of a run is started with that follows from the version. */
export const workflowInputOf = (
  { pipelineId, name, version, definition }: Startable,
  plan: PlanGraph,
): Pick<PipelineRunInput, 'pipelineId' | 'pipelineName' | 'pipelineVersion' | 'plan' | 'timeoutMs'> => ({
  ...{ pipelineId, pipelineName: name, pipelineVersion: version, plan },
  timeoutMs: millisecondsOf(definition.timeout),
});

/** Where a node names its agent, and the word that it uses: an id or a name. */
interface NamedAgent {
  word: string;
  path: string;
  nodeId: string;
  /** The other pipeline whose node it is. */
  within?: string;
}

/** Those of other pipelines are told where the definition leads to them. */
function agentsNamedIn(
  definition: PipelineDefinition,
  first: NamedPipeline | undefined,
  pipelines: ReadonlyMap<string, PinnedPipeline>,
): NamedAgent[] {
  const inside = [...pipelines.values()].flatMap(({ name, definition: inner }) =>
    agentsOf(inner.nodes, '').map(({ word, nodeId }) => ({
      ...{ word, within: name, path: first?.path ?? 'nodes', nodeId: first?.nodeId ?? nodeId },
    })),
  );
  return [...agentsOf(definition.nodes, 'nodes'), ...inside];
}

function agentsOf(nodes: readonly PipelineNode[], path: string): NamedAgent[] {
  return nodes.flatMap((node, index) => {
    const config = dotted(path, index, 'config');
    if (node.type === 'agent')
      return [{ word: node.config.agent, path: dotted(config, 'agent'), nodeId: node.id }];
    return node.type === 'map'
      ? agentsOf(node.config.pipeline?.nodes ?? [], dotted(config, 'pipeline', 'nodes'))
      : [];
  });
}

/** An id goes before a name that looks like it. */
function byWord(words: Iterable<string>, agents: readonly Agent[]): Map<string, Agent> {
  const byId = new Map(agents.map((agent) => [agent.id, agent]));
  const byName = new Map(agents.map((agent) => [agent.name, agent]));
  return new Map(
    [...words].flatMap((word) => {
      const agent = byId.get(word) ?? byName.get(word);
      return agent === undefined ? [] : [[word, agent] as const];
    }),
  );
}

function agentProblems(
  { word, path, nodeId, within }: NamedAgent,
  agent: Agent | undefined,
  providers: readonly ProviderStatus[],
): ProblemItem[] {
  const where = within === undefined ? '' : ` It is needed by the pipeline "${within}".`;
  if (agent === undefined) return [{ path, nodeId, message: `There is no agent "${word}".${where}` }];
  const provider = providers.find(({ name }) => name === agent.provider);
  if (provider?.available === true) return [];
  const reason = provider?.reason ?? `The provider "${agent.provider}" is not known here`;
  return [{ path, nodeId, message: `The agent "${word}" cannot answer. ${reason}.${where}` }];
}
