import { GatheringFailure } from '../contracts/failure.ts';
import { isJsonObject, type Json } from '../contracts/json.ts';
import type { ProviderStatus } from '../contracts/model.ts';
import type { PipelineReference } from '../contracts/node-kinds/pipeline.ts';
import type { RunTrigger } from '../contracts/run.ts';
import type { Logger } from '../platform/logger.ts';
import { createSchemaCompiler } from '../platform/pipeline/json-schema.ts';
import { createRunInputCheck } from '../platform/pipeline/run-input.ts';
import { createFindRunnable, workflowInputOf } from '../platform/pipeline/runnable.ts';
import type { StartRunWorkflow } from '../platform/run-workflow.ts';
import { createAgents } from '../store/agents.ts';
import { createCircleNodes } from '../store/circle-nodes.ts';
import { createPipelineVersions } from '../store/pipeline-versions.ts';
import type { Pool } from '../store/pool.ts';
import { createRunStarts } from '../store/run-starts.ts';

export interface StartRunDependencies {
  pool: Pool;
  providers: readonly ProviderStatus[];
  startRunWorkflow: StartRunWorkflow;
  /** Ceiling of what a run may cost. */
  costLimitUsd: number;
  logger: Logger;
}

/** A run that a run or an agent wants. */
export interface WantedRun extends PipelineReference {
  input: Json;
  /** Of the effect that wants it: it is one run, however often it is tried. */
  key: string;
  /** Whose keys these are, and what they are for. */
  principal: string;
  route: string;
  trigger: RunTrigger;
  /** A user's id. */
  startedBy: string;
  /** How many runs have started one another before. */
  generation: number;
  parentRunId?: string;
}

export type StartRunFor = (wanted: WantedRun) => Promise<{ runId: string }>;

/** A pipeline that starts itself, or two that start each other, come to an end. */
const MOST_GENERATIONS = 20;

/**
 * Makes what starts a run on behalf of whoever is behind the one that wants it. A run whose workflow could not be started is started by the
 * API's dispatcher.
 */
export function createStartRunFor(deps: StartRunDependencies): StartRunFor {
  const { pool, providers, startRunWorkflow, costLimitUsd, logger } = deps;
  const runStarts = createRunStarts(pool);
  const checkRunInput = createRunInputCheck(createSchemaCompiler());
  const findRunnable = createFindRunnable(
    { ...createPipelineVersions(pool), ...createAgents(pool), ...createCircleNodes(pool) },
    providers,
  );

  return async ({ pipelineId, version, key, principal, route, trigger, startedBy, ...wanted }) => {
    const generation = wanted.generation + 1;
    if (generation > MOST_GENERATIONS) {
      const message = `${MOST_GENERATIONS} runs have started one another already`;
      throw new GatheringFailure('LimitExceeded', message);
    }
    const { startable, pipelines, agents, checked } = await findRunnable(pipelineId, version, startedBy);
    const asked = isJsonObject(wanted.input) ? wanted.input : {};
    const input = checkRunInput(startable.definition.inputSchema, asked);
    const problems = [
      ...(input.ok ? [] : input.problems),
      ...('problems' in checked ? checked.problems : []),
    ];
    if (!input.ok || 'problems' in checked) throw refusal(problems);
    const { run } = await runStarts.startRun(
      {
        pipeline: { id: startable.pipelineId, name: startable.name, version: startable.version },
        ...{ definition: startable.definition, pipelines, agents, input: input.input, trigger },
        workflowInput: (runId) => ({
          ...workflowInputOf(startable, checked.plan),
          ...{ runId, trigger, costLimitUsd, generation },
          ...(wanted.parentRunId === undefined ? {} : { parentRunId: wanted.parentRunId }),
        }),
        ...{ requestId: key, startedBy },
      },
      { principal, route, key, bodyHash: '', status: 202 },
    );
    const queued = await runStarts.findQueued(run.id);
    if (queued !== null)
      await startRunWorkflow(queued).catch((error: unknown) =>
        logger.warn('the engine did not take a run; it stays queued', { runId: run.id, error }),
      );
    return { runId: run.id };
  };
}

const refusal = (problems: readonly { path: string; message: string }[]): GatheringFailure =>
  new GatheringFailure('InvalidInput', problems.map(({ path, message }) => `${path} ${message}`).join('; '));
