import type { RunStarted, RunTrigger, StartRun } from '../contracts/run.ts';
import {
  createFindRunnable as createLook,
  type FindRunnable,
  type Runnable,
  workflowInputOf,
} from '../platform/pipeline/runnable.ts';
import type { IdempotencyClaim } from '../store/idempotency.ts';
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
  /** A user's id. */
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
    const { startable, pipelines, agents, checked } = await findRunnable(
      request.pipeline,
      request.version,
      request.startedBy,
    );
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
        pipelines,
        agents,
        input: input.input,
        workflowInput: (runId) => ({
          ...workflowInputOf(startable, plan),
          ...{ runId, trigger: request.trigger, costLimitUsd: config.RUN_COST_LIMIT_USD, tags: request.tags },
        }),
        trigger: request.trigger,
        requestId: request.requestId,
        startedBy: request.startedBy,
        tags: request.tags,
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

/**
 * Makes what finds the version to run, what it runs as parts of itself, its agents and its plan. Whoever starts the same pipeline several times at
 * once shares one look at the database, which begins after each of them has asked; nothing is kept beyond that, so no
 * definition and no agent can be stale.
 */
export function createFindRunnable({
  store,
  catalogue,
}: Pick<Dependencies, 'store' | 'catalogue'>): FindRunnable {
  const join = createJoinedReads<Runnable>();
  const look = createLook(
    { ...store.pipelineVersions, ...store.agents, ...store.circleNodes },
    catalogue.providers,
  );
  return (pipeline, version, viewer) =>
    join(JSON.stringify([pipeline, version ?? null, viewer]), () => look(pipeline, version, viewer));
}
