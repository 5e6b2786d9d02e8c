import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { Agent } from '../contracts/agent.ts';
import { Failure, GatheringFailure } from '../contracts/failure.ts';
import { Id } from '../contracts/ids.ts';
import type { Json, JsonObject } from '../contracts/json.ts';
import type { PipelineDefinition } from '../contracts/pipeline.ts';
import { workflowIdOf } from '../contracts/place.ts';
import type { NodeOutcome, PipelineRunInput } from '../contracts/plan.ts';
import { RunStatus } from '../contracts/run.ts';
import { isId } from './cursor.ts';
import type { IdempotencyClaim } from './idempotency.ts';
import { recordedId } from './idempotency.ts';
import { storableJson } from './json.ts';
import type { Pool } from './pool.ts';
import { sql } from './pool.ts';
import type { NewRun, StartedRun } from './run-starts.ts';
import { startedRun, textOf } from './run-starts.ts';
import { optional } from './stored.ts';

const EndedNode = z
  .object({
    id: z.string(),
    status: z.enum(['completed', 'failed']),
    port: z.string().nullable(),
  })
  .transform(({ port, ...node }): NodeOutcome => (port === null ? node : { ...node, port }));

// What was checked before it was stored.
const Source = z.object({
  id: Id,
  status: RunStatus,
  pipeline: z.object({ id: Id, name: z.string(), version: z.number().int() }),
  definition: z.custom<PipelineDefinition>(),
  agents: z.custom<Readonly<Record<string, Agent>>>(),
  pipelines: z.custom<NonNullable<NewRun['pipelines']>>(),
  workflowInput: z.custom<PipelineRunInput>(),
  input: z.custom<JsonObject>(),
  tags: z.array(z.string()),
  error: optional(Failure),
  ended: z.array(EndedNode),
});
/** A run as something to fork: all that it was pinned to, and its outermost nodes that have ended, in the order of decisions. */
export type ForkSource = z.infer<typeof Source>;

/** A node that a fork begins with. */
export interface TakenNode extends NodeOutcome {
  kind: string;
  /** In place of the recorded output. */
  override?: { output: Json };
}

export interface NewFork extends NewRun {
  /** The id that it gets: its folder may be there already. */
  id: Id;
  source: Id;
  /** Null: from the beginning. */
  fromNode: string | null;
  takenOver: readonly TakenNode[];
  /** Of all that one request restarts. */
  restartId?: Id;
}

const Outcome = z.enum(['accepted', 'replayed', 'restarted', 'absent']);

/** Runs that begin where others were. */
export function createRunForks(pool: Pool) {
  return {
    newId: (): Id => uuid(),

    /** @throws GatheringFailure NotFound */
    async getSource(id: Id): Promise<ForkSource> {
      const source = isId(id) ? await pool.maybeOne(sourceQuery(id)) : null;
      if (source === null) throw absent();
      return source;
    },

    /** What one request has restarted: the runs, and those that they were begun anew as. */
    async listRestarted(restartId: Id): Promise<{ runId: Id; newRunId: Id }[]> {
      const Restarted = z.object({ runId: Id, newRunId: Id });
      const restarted = await pool.any(sql.type(Restarted)`
        select forked_from as "runId", id as "newRunId" from pipeline.runs where restart_id = ${restartId}
        order by forked_from desc`);
      return [...restarted];
    },

    /**
     * Accepts a fork: as `startRun`, and what it takes over is there from the beginning, all in one transaction.
     * @throws GatheringFailure NotFound when its source is gone; Conflict when the key was used with another body, and for the second
     * restart of one run
     */
    async startFork(fork: NewFork, claim?: IdempotencyClaim): Promise<StartedRun> {
      const { id, requestId } = fork;
      const workflowInput = fork.workflowInput(id);
      const { text } = textOf({ ...fork, workflowInput }, claim, columnsOf(fork));
      const taken = storableJson(fork.takenOver.map(rowOf));
      const outcome = await pool.oneFirst(sql.type(z.object({ outcome: Outcome }))`
        select pipeline.fork_run(${text}::json, ${taken}::json) as outcome`);
      if (outcome === 'absent') throw absent();
      if (outcome === 'restarted') throw new GatheringFailure('Conflict', 'The run was restarted before.');
      if (outcome === 'accepted') {
        const run = { id, status: 'queued', workflowId: workflowIdOf.pipelineRun(id) } as const;
        return { replayed: false, run, queued: { id, requestId, workflowInput } };
      }
      if (claim === undefined) throw new TypeError('only a claim can have been refused');
      return { replayed: true, run: await startedRun(pool, await recordedId(pool, claim)) };
    },
  };
}

/** Rows of older programs do not say where the run went on; the event that told so does. */
const sourceQuery = (id: Id) => sql.type(Source)`
  select
    r.id, r.status, json_build_object('id', r.pipeline_id, 'name', r.pipeline_name, 'version', r.pipeline_version) as pipeline,
    r.definition, r.agents, r.pipelines, r.workflow_input as "workflowInput", r.input, r.tags, r.error,
    (
      select coalesce(json_agg(
        json_build_object('id', n.node_id, 'status', n.status, 'port', coalesce(n.port, e.data ->> 'port'))
        order by coalesce(n.decided, e.sequence)
      ), '[]')
      from pipeline.run_nodes n
      left join lateral (
        select data, sequence from event.events
        where n.decided is null and channel = 'runs/' || r.id and key in (
          r.id || '/' || n.path || '/0/completed', r.id || '/' || n.path || '/0/node.completed', r.id || '/' || n.path || '/0/node.failed'
        )
      ) e on true
      where n.run_id = r.id and n.iteration = '0' and strpos(n.path, '.') = 0 and n.status in ('completed', 'failed')
    ) as ended
  from pipeline.runs r where r.id = ${id}`;

const columnsOf = ({ source, fromNode, restartId, takenOver }: NewFork) => ({
  forked_from: source,
  forked_node: fromNode,
  restart_id: restartId ?? null,
  queued: { forkedFrom: { runId: source, fromNode }, takenOver: takenOver.map(({ id }) => id) },
});

const rowOf = ({ id, kind, status, port, override }: TakenNode) => ({
  ...{ id, kind, status, port, overridden: override !== undefined },
  ...(override === undefined ? {} : { output: override.output }),
});

const absent = (): GatheringFailure => new GatheringFailure('NotFound', 'There is no such run.');
