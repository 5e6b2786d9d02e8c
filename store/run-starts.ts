import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { Agent } from '../contracts/agent.ts';
import { Id } from '../contracts/ids.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { PipelineDefinition } from '../contracts/pipeline.ts';
import { channelOf, workflowIdOf } from '../contracts/place.ts';
import type { PipelineRunInput } from '../contracts/plan.ts';
import type { RunTrigger } from '../contracts/run.ts';
import { RunStarted } from '../contracts/run.ts';
import type { IdempotencyClaim } from './idempotency.ts';
import { recordedId } from './idempotency.ts';
import { json } from './json.ts';
import type { Pool } from './pool.ts';
import { sql } from './pool.ts';

/** Everything that a run is, fixed at its start. */
export interface NewRun {
  pipeline: { id: Id; name: string; version: number };
  definition: PipelineDefinition;
  /** By the words that the definition's nodes name them with. */
  agents: Readonly<Record<string, Agent>>;
  input: JsonObject;
  /** The argument of the workflow, made for the id that the run gets. */
  workflowInput: (runId: Id) => PipelineRunInput;
  trigger: RunTrigger;
  requestId: string;
  startedBy: string;
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
  return {
    /**
     * Accepts a run: its row, its channel, `run.queued` and the record of the key, in one statement. A concurrent call with the
     * same key waits for the first one and gives its run.
     * @throws GatheringFailure Conflict when the key was used with another body
     */
    async startRun(start: NewRun, claim?: IdempotencyClaim): Promise<StartedRun> {
      const id = uuid();
      const workflowInput = start.workflowInput(id);
      const inserted = await pool.maybeOne(insertionOf({ ...start, id, workflowInput }, claim));
      if (inserted !== null) {
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

async function startedRun(pool: Pool, id: Id): Promise<RunStarted> {
  const status = await pool.oneFirst(sql.type(RunStarted.pick({ status: true }))`
    select status from pipeline.runs where id = ${id}`);
  return { id, status, workflowId: workflowIdOf.pipelineRun(id) };
}

function insertionOf(
  run: Omit<NewRun, 'workflowInput'> & { id: Id; workflowInput: PipelineRunInput },
  claim: IdempotencyClaim | undefined,
) {
  const claimed =
    claim === undefined
      ? sql.fragment`select 1`
      : sql.fragment`
          insert into public.idempotency_keys (principal, route, key, body_hash, status, resource_id)
          values (${claim.principal}, ${claim.route}, ${claim.key}, ${claim.bodyHash}, ${claim.status}, ${run.id})
          on conflict do nothing
          returning 1`;
  const channel = channelOf.run(run.id);
  return sql.type(z.object({ id: Id }))`
    with claimed as (${claimed}), run as (
      insert into pipeline.runs (
        id, pipeline_id, pipeline_name, pipeline_version, trigger, input, definition, agents, workflow_input, request_id, started_by
      )
      select
        ${run.id}::uuid, ${run.pipeline.id}::uuid, ${run.pipeline.name}, ${run.pipeline.version}::integer, ${run.trigger},
        ${json(run.input)}, ${json(run.definition)}, ${json(run.agents)}, ${json(run.workflowInput)}, ${run.requestId}, ${run.startedBy}
      from claimed
      returning id, pipeline_id, pipeline_name, created_at
    ), channel as (
      insert into event.channels (name, last_sequence) select ${channel}, 1 from run
    ), activity as (
      update event.channels set last_sequence = last_sequence + 1
      where name = ${channelOf.activity} and exists (select from run)
      returning last_sequence
    ), told as (
      insert into event.events (channel, sequence, key, type, data, created_at)
      select ${channel}, 1, id || '/run.queued', 'run.queued', '{}'::json, created_at from run
      union all
      select
        ${channelOf.activity}, last_sequence, id || '/run.queued', 'run.queued',
        json_build_object('runId', id, 'pipelineId', pipeline_id, 'pipelineName', pipeline_name, 'status', 'queued'), created_at
      from run, activity
    )
    select id, pg_notify('gathering', ${channelOf.activity})::text from run`;
}
