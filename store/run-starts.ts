import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { Agent } from '../contracts/agent.ts';
import { GatheringFailure } from '../contracts/failure.ts';
import { Id } from '../contracts/ids.ts';
import type { Json, JsonObject } from '../contracts/json.ts';
import type { PipelineDefinition } from '../contracts/pipeline.ts';
import { channelOf, workflowIdOf } from '../contracts/place.ts';
import type { PipelineRunInput } from '../contracts/plan.ts';
import type { PinnedPipeline, RunTrigger } from '../contracts/run.ts';
import { RunStarted } from '../contracts/run.ts';
import { createBatches } from './batches.ts';
import type { IdempotencyClaim } from './idempotency.ts';
import { recordedId } from './idempotency.ts';
import { storableJson } from './json.ts';
import type { Pool } from './pool.ts';
import { sql } from './pool.ts';
import { isOutage } from './store-failure.ts';

/** Everything that a run is, fixed at its start. */
export interface NewRun {
  pipeline: { id: Id; name: string; version: number };
  definition: PipelineDefinition;
  /** The pipelines that it runs as parts of itself, by `referenceKeyOf`. */
  pipelines?: Readonly<Record<string, PinnedPipeline>>;
  /** By the words that the definition's nodes name them with. */
  agents: Readonly<Record<string, Agent>>;
  input: JsonObject;
  /** The argument of the workflow, made for the id that the run gets. */
  workflowInput: (runId: Id) => PipelineRunInput;
  trigger: RunTrigger;
  requestId: string;
  /** A user's id. */
  startedBy: string;
  tags?: readonly string[];
}

/** A run that waits for its workflow, and the argument of that. */
export interface QueuedRun {
  id: Id;
  requestId: string | null;
  workflowInput: PipelineRunInput;
}

export type StartedRun =
  { replayed: false; queued: QueuedRun; run: RunStarted } | { replayed: true; run: RunStarted };

export type RunStarts = ReturnType<typeof createRunStarts>;

/** The start record of runs; whoever makes one starts the workflow next, and the dispatcher does it where that failed. */
export function createRunStarts(pool: Pool) {
  const accept = acceptTogether(pool);

  return {
    /**
     * Accepts a run: its row, its channel, `run.queued` and the record of the key, in one transaction, which has been committed when
     * this resolves. A concurrent call with the same key waits for the first one and gives its run.
     * @throws GatheringFailure Conflict when the key was used with another body
     */
    async startRun(start: NewRun, claim?: IdempotencyClaim): Promise<StartedRun> {
      const id = uuid();
      const workflowInput = start.workflowInput(id);
      if (await accept(textOf({ ...start, id, workflowInput }, claim))) {
        const run: RunStarted = { id, status: 'queued', workflowId: workflowIdOf.pipelineRun(id) };
        return { replayed: false, run, queued: { id, requestId: start.requestId, workflowInput } };
      }
      if (claim === undefined) throw new TypeError('only a claim can have been refused');
      return { replayed: true, run: await startedRun(pool, await recordedId(pool, claim)) };
    },

    /** What is to be said of a run that was accepted before. */
    getStarted: (id: Id): Promise<RunStarted> => startedRun(pool, id),

    /** Runs that were accepted more than so many seconds ago and have not begun; oldest first. */
    findQueuedFor(seconds: number, limit: number): Promise<readonly QueuedRun[]> {
      return pool.any(sql.type(QueuedRow)`
        ${queued} and created_at < clock_timestamp() - make_interval(secs => ${seconds})
        order by created_at limit ${limit}`);
    },

    /** A run that has not begun; null when it has, or does not exist. */
    findQueued(id: Id): Promise<QueuedRun | null> {
      return pool.maybeOne(sql.type(QueuedRow)`${queued} and id = ${id}`);
    },
  };
}

const queued = sql.fragment`
  select id, request_id as "requestId", workflow_input as "workflowInput" from pipeline.runs where status = 'queued'`;

const QueuedRow = z.object({
  id: Id,
  requestId: z.string().nullable(),
  // Written by `startRun` and by nothing else.
  workflowInput: z.custom<PipelineRunInput>(
    (value) => typeof value === 'object' && value !== null && 'plan' in value,
  ),
});

/** @throws GatheringFailure Conflict when it was deleted since */
export async function startedRun(pool: Pool, id: Id): Promise<RunStarted> {
  const status = await pool.maybeOneFirst(sql.type(RunStarted.pick({ status: true }))`
    select status from pipeline.runs where id = ${id}`);
  if (status === null)
    throw new GatheringFailure('Conflict', `This Idempotency-Key made ${id}, which was deleted since.`);
  return { id, status, workflowId: workflowIdOf.pipelineRun(id) };
}

/** A run in the form that `pipeline.accept_runs` takes. */
export interface RunText {
  id: Id;
  text: string;
}

/** @param more columns that only some runs have */
export function textOf(
  { pipeline, ...run }: Omit<NewRun, 'workflowInput'> & { id: Id; workflowInput: PipelineRunInput },
  claim: IdempotencyClaim | undefined,
  more: Readonly<Record<string, Json>> = {},
): RunText {
  const text = storableJson({
    id: run.id,
    channel: channelOf.run(run.id),
    pipeline_id: pipeline.id,
    pipeline_name: pipeline.name,
    pipeline_version: pipeline.version,
    trigger: run.trigger,
    input: run.input,
    definition: run.definition,
    pipelines: run.pipelines,
    agents: run.agents,
    workflow_input: run.workflowInput,
    request_id: run.requestId,
    started_by: run.startedBy,
    tags: run.tags ?? [],
    ...more,
    claim,
  });
  return { id: run.id, text };
}

/** Runs that are accepted at the same time share a statement and its commit. */
const acceptTogether = (pool: Pool): ((run: RunText) => Promise<boolean>) =>
  createBatches({
    async work(runs) {
      const accepted = await pool.anyFirst(sql.type(z.object({ id: Id }))`
        select pipeline.accept_runs(${`[${runs.map(({ text }) => text).join(',')}]`}::json) as id`);
      const ids = new Set(accepted);
      return runs.map(({ id }) => ids.has(id));
    },
    most: { items: 16, size: 512 * 1024 },
    sizeOf: ({ text }) => text.length,
    isOfOne: (error) => !isOutage(error),
  });
