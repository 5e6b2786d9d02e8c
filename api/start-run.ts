import type { Agent } from '../contracts/agent.ts';
import { millisecondsOf } from '../contracts/duration.ts';
import type { ProviderStatus } from '../contracts/model.ts';
import type { PipelineDefinition, PipelineNode } from '../contracts/pipeline.ts';
import type { PlanGraph } from '../contracts/plan.ts';
import type { ProblemItem } from '../contracts/problem.ts';
import type { RunStarted, RunTrigger, StartRun } from '../contracts/run.ts';
import { compilePlan } from '../platform/pipeline/compile-plan.ts';
import type { IdempotencyClaim } from '../store/idempotency.ts';
import type { Startable } from '../store/pipeline-versions.ts';
import type { ApiDependencies } from './dependencies.ts';
import { createJoinedReads } from './joined-reads.ts';
import { refusal } from './middleware/parse-request.ts';

type Dependencies = Pick<
  ApiDependencies,
  'config' | 'store' | 'catalogue' | 'checkRunInput' | 'acceptances' | 'runStarter'
>;

export interface RunRequest extends StartRun {
  /** Id or name. */
  pipeline: string;
  trigger: RunTrigger;
  startedBy: string;
  requestId: string;
  claim: IdempotencyClaim | undefined;
}

export type AcceptRun = (request: RunRequest) => Promise<{ run: RunStarted; replayed: boolean }>;

/**
 * Makes what accepts runs: input, agents and providers are checked first, then the run is stored; that is the acceptance, and what
 * is accepted goes on even when everything dies now. Its workflow is started right after.
 */
export function createAcceptRun(dependencies: Dependencies): AcceptRun {
  const { config, store, checkRunInput, acceptances, runStarter } = dependencies;
  const findRunnable = createFindRunnable(dependencies);

  const accept: AcceptRun = async (request) => {
    const { startable, agents, checked } = await findRunnable(request.pipeline, request.version);
    const { pipelineId, name, version, definition } = startable;
    const input = checkRunInput(definition.inputSchema, request.input);
    if (!input.ok || 'problems' in checked) {
      throw refusal([
        ...(input.ok ? [] : input.problems),
        ...('problems' in checked ? checked.problems : []),
      ]);
    }
    const { plan } = checked;
    const started = await store.runStarts.startRun(
      {
        pipeline: { id: pipelineId, name, version },
        definition,
        agents,
        input: input.input,
        workflowInput: (runId) => ({
          runId,
          pipelineId,
          pipelineName: name,
          pipelineVersion: version,
          trigger: request.trigger,
          plan,
          timeoutMs: millisecondsOf(definition.timeout),
          costLimitUsd: config.RUN_COST_LIMIT_USD,
        }),
        trigger: request.trigger,
        requestId: request.requestId,
        startedBy: request.startedBy,
      },
      request.claim,
    );
    if (!started.replayed) runStarter.startSoon(started.queued);
    return { run: started.run, replayed: started.replayed };
  };

  return (request) =>
    acceptances.first(async () => {
      const accepted = await store.idempotency.orEarlier(request.claim, () => accept(request));
      if ('run' in accepted) return accepted;
      return { run: await store.runStarts.getStarted(accepted.id), replayed: true };
    });
}

/** A version as it can be run at the moment, or why it cannot. */
interface Runnable {
  startable: Startable;
  /** By the words that the definition's nodes name them with. */
  agents: Readonly<Record<string, Agent>>;
  checked: { plan: PlanGraph } | { problems: readonly ProblemItem[] };
}

/**
 * Makes what finds the version to run, its agents and its plan. Those who start the same pipeline at the same time share one look at
 * the database, which begins after each of them has asked; nothing is kept beyond that, so no definition and no agent can be stale.
 */
function createFindRunnable({ store, catalogue }: Pick<Dependencies, 'store' | 'catalogue'>) {
  const join = createJoinedReads<Runnable>();

  const look = async (pipeline: string, version: number | undefined): Promise<Runnable> => {
    const startable = await store.pipelineVersions.getStartable(pipeline, version);
    const named = agentsNamedIn(startable.definition.nodes, 'nodes');
    const words = new Set(named.map(({ word }) => word));
    const agents = byWord(named, await store.agents.findAgents([...words]));
    const problems = named.flatMap((place) =>
      agentProblems(place, agents.get(place.word), catalogue.providers),
    );
    return {
      startable,
      agents: Object.fromEntries(agents),
      checked: problems.length > 0 ? { problems } : { plan: compilePlan(startable.definition, agents) },
    };
  };

  return (pipeline: string, version: number | undefined): Promise<Runnable> =>
    join(JSON.stringify([pipeline, version ?? null]), () => look(pipeline, version));
}

/** Where a node names its agent, and the word that it uses: an id or a name. */
interface NamedAgent {
  word: string;
  path: string;
  nodeId: string;
}

function agentsNamedIn(nodes: PipelineDefinition['nodes'], path: string): NamedAgent[] {
  return nodes.flatMap((node: PipelineNode, index) => {
    const config = `${path}[${index}].config`;
    if (node.type === 'agent') return [{ word: node.config.agent, path: `${config}.agent`, nodeId: node.id }];
    return node.type === 'map'
      ? agentsNamedIn(node.config.pipeline?.nodes ?? [], `${config}.pipeline.nodes`)
      : [];
  });
}

/** An id goes before a name that looks like it. */
function byWord(named: readonly NamedAgent[], agents: readonly Agent[]): Map<string, Agent> {
  const byId = new Map(agents.map((agent) => [agent.id, agent]));
  const byName = new Map(agents.map((agent) => [agent.name, agent]));
  return new Map(
    named.flatMap(({ word }) => {
      const agent = byId.get(word) ?? byName.get(word);
      return agent === undefined ? [] : [[word, agent] as const];
    }),
  );
}

function agentProblems(
  { word, path, nodeId }: NamedAgent,
  agent: Agent | undefined,
  providers: readonly ProviderStatus[],
): ProblemItem[] {
  if (agent === undefined) return [{ path, nodeId, message: `There is no agent "${word}".` }];
  const provider = providers.find(({ name }) => name === agent.provider);
  if (provider?.available === true) return [];
  const reason = provider?.reason ?? `The provider "${agent.provider}" is not known here`;
  return [{ path, nodeId, message: `The agent "${word}" cannot answer. ${reason}.` }];
}
