import { GatheringFailure } from '../../contracts/failure.ts';
import { isJsonObject, type Json } from '../../contracts/json.ts';
import type { ExecutePipelineConfig } from '../../contracts/node-kinds/action.ts';
import type { Logger } from '../../platform/logger.ts';
import type { CheckRunInput } from '../../platform/pipeline/run-input.ts';
import { type FindRunnable, workflowInputOf } from '../../platform/pipeline/runnable.ts';
import type { StartRunWorkflow } from '../../platform/run-workflow.ts';
import type { RunRecord } from '../../store/run-records.ts';
import type { RunStarts } from '../../store/run-starts.ts';
import type { ActionTools } from './action.ts';

export interface ExecutePipelineDependencies {
  findRunnable: FindRunnable;
  checkRunInput: CheckRunInput;
  runStarts: Pick<RunStarts, 'startRun' | 'findQueued'>;
  startRunWorkflow: StartRunWorkflow;
  /** Ceiling of what a run may cost. */
  costLimitUsd: number;
  logger: Logger;
}

export type ExecutePipeline = (
  config: ExecutePipelineConfig,
  tools: Pick<ActionTools, 'given' | 'key'>,
  parent: RunRecord,
) => Promise<Json>;

/** A pipeline that starts itself, or two that start each other, come to an end. */
const MOST_GENERATIONS = 20;

/**
 * Starts a run of another pipeline, on behalf of whoever started this one. The effect's key makes it one run, however often it is
 * tried; its output is `{ runId }`. A run whose workflow could not be started is started by the API's dispatcher.
 */
export function createExecutePipeline(deps: ExecutePipelineDependencies): ExecutePipeline {
  const { findRunnable, checkRunInput, runStarts, startRunWorkflow, logger } = deps;

  return async ({ pipelineId, version }, { given, key }, parent) => {
    const generation = parent.generation + 1;
    if (generation > MOST_GENERATIONS) {
      const message = `${MOST_GENERATIONS} runs have started one another already`;
      throw new GatheringFailure('LimitExceeded', message);
    }
    const runnable = await findRunnable(pipelineId, version);
    const { startable, pipelines, agents, checked } = runnable;
    const asked = isJsonObject(given['input']) ? given['input'] : {};
    const input = checkRunInput(startable.definition.inputSchema, asked);
    const problems = [
      ...(input.ok ? [] : input.problems),
      ...('problems' in checked ? checked.problems : []),
    ];
    if (!input.ok || 'problems' in checked) throw refusal(problems);
    const { run } = await runStarts.startRun(
      {
        pipeline: { id: startable.pipelineId, name: startable.name, version: startable.version },
        ...{ definition: startable.definition, pipelines, agents, input: input.input, trigger: 'pipeline' },
        workflowInput: (runId) => ({
          ...workflowInputOf(runnable.startable, checked.plan),
          ...{ runId, trigger: 'pipeline', costLimitUsd: deps.costLimitUsd, generation },
          parentRunId: parent.id,
        }),
        ...{ requestId: key, startedBy: parent.startedBy },
      },
      { principal: `run:${parent.id}`, route: 'execute_pipeline', key, bodyHash: '', status: 202 },
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
