import { millisecondsOf } from '../contracts/duration.ts';
import { createGraph } from '../contracts/graph/index.ts';
import type { Id } from '../contracts/ids.ts';
import type { NodeOutcome, PlanGraph } from '../contracts/plan.ts';
import type { ForkRun, RunStarted, RunTrigger } from '../contracts/run.ts';
import type { IdempotencyClaim } from '../store/idempotency.ts';
import type { ForkSource, NewFork, TakenNode } from '../store/run-forks.ts';
import { isOutage } from '../store/store-failure.ts';
import type { ApiDependencies } from './dependencies.ts';
import { takenBy } from './fork-plan.ts';
import { refusal } from './middleware/parse-request.ts';
import { createFindRunnable } from './start-run.ts';

type Dependencies = Pick<
  ApiDependencies,
  'config' | 'store' | 'catalogue' | 'checkRunInput' | 'acceptances' | 'runStarter' | 'runFolders'
>;

export interface ForkRequest extends Partial<Omit<ForkRun, 'fromNode'>> {
  source: Id;
  /** Null: from the beginning. */
  fromNode: string | null;
  trigger: RunTrigger;
  restartId?: Id;
  startedBy: string;
  requestId: string;
  claim: IdempotencyClaim | undefined;
}

export type ForkOfRun = (request: ForkRequest) => Promise<{ run: RunStarted; replayed: boolean }>;

/** What the fork is pinned to: what its source was, or another version of the pipeline as it can be run at the moment. */
type Pinned = Pick<NewFork, 'pipeline' | 'definition' | 'agents' | 'pipelines'> & { plan: PlanGraph };

/**
 * Makes what forks runs: a new run that begins with what another one has done, and goes on from a node of it. Nothing that it takes
 * over is called again.
 */
export function createForkRun(dependencies: Dependencies): ForkOfRun {
  const { config, store, checkRunInput, acceptances, runStarter, runFolders } = dependencies;
  const findRunnable = createFindRunnable(dependencies);

  const pinnedFor = async (source: ForkSource, { version, startedBy }: ForkRequest): Promise<Pinned> => {
    if (version === undefined) {
      const { pipeline, definition, agents, pipelines, workflowInput } = source;
      return { pipeline, definition, agents, pipelines, plan: workflowInput.plan };
    }
    const { startable, pipelines, agents, checked } = await findRunnable(
      source.pipeline.id,
      version,
      startedBy,
    );
    if ('problems' in checked) throw refusal(checked.problems);
    const { pipelineId: id, name, definition } = startable;
    const pipeline = { id, name, version: startable.version };
    return { pipeline, definition, agents, pipelines, plan: checked.plan };
  };

  const planFork = async (source: ForkSource, request: ForkRequest): Promise<NewFork> => {
    const { fromNode, overrides = {}, trigger, requestId, startedBy, restartId } = request;
    const { plan, ...pinned } = await pinnedFor(source, request);
    const { version, name } = pinned.pipeline;
    const input = checkRunInput(pinned.definition.inputSchema, request.input ?? source.input);
    if (!input.ok) throw refusal(input.problems);
    const graph = createGraph(plan.nodes, plan.edges);
    const takenOver = fromNode === null ? [] : takenBy({ fromNode, overrides }, source, { graph, version });
    return {
      ...pinned,
      ...{ id: store.runForks.newId(), source: source.id, fromNode, takenOver, input: input.input },
      ...{ trigger, requestId, startedBy, tags: request.tags ?? source.tags },
      ...(restartId === undefined ? {} : { restartId }),
      workflowInput: (runId) => ({
        ...source.workflowInput,
        ...{ runId, pipelineName: name, pipelineVersion: version, trigger, plan },
        ...{ parentRunId: source.id, tags: request.tags ?? source.tags },
        ...{ timeoutMs: millisecondsOf(pinned.definition.timeout), costLimitUsd: config.RUN_COST_LIMIT_USD },
        takenOver: takenOver.map(outcomeOf),
      }),
    };
  };

  const fork: ForkOfRun = async (request) => {
    const planned = await planFork(await store.runForks.getSource(request.source), request);
    const { id, source } = planned;
    // Before the run is there: whoever finds it finds its files.
    await runFolders.copy(source, id);
    try {
      const started = await store.runForks.startFork(planned, request.claim);
      if (started.replayed) await runFolders.remove(id);
      else runStarter.startSoon(started.queued);
      return { run: started.run, replayed: started.replayed };
    } catch (error) {
      // What an outage has hidden may be stored; a folder that belongs to no run is swept later.
      if (!isOutage(error)) await runFolders.remove(id);
      throw error;
    }
  };

  return (request) =>
    acceptances.first(async () => {
      const accepted = await store.idempotency.orEarlier(request.claim, () => fork(request));
      if ('run' in accepted) return accepted;
      return { run: await store.runStarts.getStarted(accepted.id), replayed: true };
    });
}

/** What the workflow knows of a node that it takes over. */
const outcomeOf = ({ id, status, port }: TakenNode): NodeOutcome =>
  port === undefined ? { id, status } : { id, status, port };
