import { z } from 'zod';

import { GatheringFailure } from '../contracts/failure.ts';
import { Id } from '../contracts/ids.ts';
import type { Json } from '../contracts/json.ts';
import type { Page } from '../contracts/page.ts';
import { workflowIdOf } from '../contracts/place.ts';
import type { RunStatus } from '../contracts/run.ts';
import { Run, RunNode, RunSummary } from '../contracts/run.ts';
import type { RunSearch } from '../contracts/run-search.ts';
import type { ListPosition } from './cursor.ts';
import { idBefore, isId, pageOfRows } from './cursor.ts';
import type { Queryable } from './pool.ts';
import { plannedEachTime, sql } from './pool.ts';
import { runIdsOf } from './run-search.ts';
import { ISO_FORMAT, optional, StoredDefinition, StoredJson } from './stored.ts';

export interface RunFilter extends ListPosition, RunSearch {
  /** Leaves out those that were restarted. */
  notRestarted?: boolean;
}

const summary = sql.fragment`
  r.id, r.pipeline_id as "pipelineId", r.pipeline_name as "pipelineName", r.pipeline_version as "pipelineVersion", r.status,
  ${workflowIdOf.pipelineRun('')} || r.id as "workflowId", r.trigger, r.cost_usd as "costUsd", r.created_at as "createdAt",
  r.started_at as "startedAt", r.ended_at as "endedAt", r.error, r.tags,
  case when r.forked_from is not null then json_build_object('runId', r.forked_from, 'fromNode', r.forked_node) end as "forkedFrom"`;

const takenOver = sql.fragment`
  case when taken_over is not null then true end as "takenOver", case when taken_over = 'overridden' then true end as overridden`;

const absent = (): GatheringFailure => new GatheringFailure('NotFound', 'There is no such run.');

const error = optional(RunSummary.shape.error.unwrap());
const forkedFrom = optional(RunSummary.shape.forkedFrom.unwrap());
const SummaryRow = RunSummary.extend({ error, forkedFrom });

/** JSON's null is an output, SQL's null is none, and both arrive as null. */
const output = { output: StoredJson, hasOutput: z.boolean() };
function presentOutput<Row extends { output: Json; hasOutput: boolean }>({
  hasOutput,
  output: value,
  ...row
}: Row) {
  return hasOutput ? { ...row, output: value } : row;
}

const NodeRow = RunNode.omit({ input: true }).extend({
  ...output,
  error,
  outputRef: optional(RunNode.shape.outputRef.unwrap()),
  items: optional(RunNode.shape.items.unwrap()),
  takenOver: optional(z.boolean()),
  overridden: optional(z.boolean()),
});
const RunRow = Run.extend({
  ...output,
  error,
  forkedFrom,
  input: StoredJson.pipe(z.custom<Run['input']>()),
  definition: StoredDefinition,
  pipelines: z.custom<Run['pipelines']>(),
  nodes: z.array(NodeRow.transform(presentOutput)),
}).transform(presentOutput);

export type Runs = ReturnType<typeof createRuns>;

/** What is known about runs; how they begin stands in `run-starts.ts`, how they go on in the effect protocol. */
export function createRuns(pool: Queryable) {
  return {
    /**
     * A run with its nodes, all of one moment. An output of more bytes than `maxOutputBytes` is left out of its node.
     * @throws GatheringFailure NotFound
     */
    async getRun(id: Id, { maxOutputBytes }: { maxOutputBytes: number }): Promise<Run> {
      const row = isId(id) ? await pool.maybeOne(runQuery(id, maxOutputBytes)) : null;
      if (row === null) throw absent();
      return row;
    },

    /** @throws GatheringFailure NotFound */
    async getRunStatus(id: Id): Promise<RunStatus> {
      const status = isId(id)
        ? await pool.maybeOneFirst(
            sql.type(RunSummary.pick({ status: true }))`select status from pipeline.runs where id = ${id}`,
          )
        : null;
      if (status === null) throw absent();
      return status;
    },

    async listRuns(filter: RunFilter): Promise<Page<RunSummary>> {
      const { limit } = filter;
      const ids = runIdsOf({ ...filter, before: idBefore(filter), limit: limit + 1 });
      const rows = await pool.any(sql.type(SummaryRow)`
        ${plannedEachTime}
        with found as materialized (${ids})
        select ${summary} from found join pipeline.runs r using (id) order by id desc limit ${limit + 1}`);
      return pageOfRows(rows, limit);
    },

    /** @throws GatheringFailure NotFound */
    async tagRun(id: Id, tags: readonly string[]): Promise<RunSummary> {
      const row = isId(id)
        ? await pool.maybeOne(sql.type(SummaryRow)`
            update pipeline.runs r set tags = ${sql.array([...tags], 'text')} where r.id = ${id} returning ${summary}`)
        : null;
      if (row === null) throw absent();
      return row;
    },

    /**
     * Deletes everything that is known of a run, except its files.
     * @throws GatheringFailure NotFound; Conflict when it has not ended
     */
    async deleteRun(id: Id): Promise<void> {
      const [deleted] = isId(id) ? await deleteEnded(pool, [id]) : [];
      if (deleted !== undefined) return;
      const status = await this.getRunStatus(id);
      throw new GatheringFailure('Conflict', `The run has not ended: it is ${status}. Cancel it first.`);
    },

    /**
     * One node with its whole output and the input that it was given.
     * @throws GatheringFailure NotFound
     */
    async getRunNode(runId: Id, { path, iteration }: { path: string; iteration: string }): Promise<RunNode> {
      const Row = NodeRow.extend({ input: optional(StoredJson) }).transform(presentOutput);
      const row = isId(runId)
        ? await pool.maybeOne(sql.type(Row)`
            select
              node_id as id, path, iteration, kind, status, attempts, started_at as "startedAt", ended_at as "endedAt",
              input, output, output is not null as "hasOutput", error, ${takenOver}
            from pipeline.run_nodes where run_id = ${runId} and path = ${path} and iteration = ${iteration}`)
        : null;
      if (row === null)
        throw new GatheringFailure('NotFound', 'The run has no such node, or it has not begun.');
      return row;
    },

    /** How many runs there are in each status. */
    async countRuns(): Promise<readonly { status: RunStatus; count: number }[]> {
      const Count = RunSummary.pick({ status: true }).extend({ count: z.number() });
      return pool.any(sql.type(Count)`select status, count(*) from pipeline.runs group by status`);
    },
  };
}

/** @returns the ids of those that are gone now */
export const deleteEnded = (pool: Queryable, ids: readonly Id[]): Promise<readonly Id[]> =>
  pool.anyFirst(sql.type(z.object({ id: Id }))`
    with gone as (
      delete from pipeline.runs where id = any(${sql.array([...ids], 'uuid')}) and pipeline.is_ended(status) returning id
    ), channels as (
      delete from event.channels where name in (select 'runs/' || id from gone)
    )
    select id from gone`);

function runQuery(id: Id, maxOutputBytes: number) {
  return sql.type(RunRow)`
    select
      ${summary}, r.input, r.output, r.output is not null as "hasOutput", r.definition, r.pipelines,
      (select c.last_sequence from event.channels c where c.name = 'runs/' || r.id) as sequence,
      (
        select coalesce(json_agg(json_build_object(
          'id', n.node_id, 'path', n.path, 'iteration', n.iteration, 'kind', n.kind, 'status', n.status, 'attempts', n.attempts,
          'startedAt', to_char(n.started_at at time zone 'utc', ${ISO_FORMAT}::text), 'endedAt', to_char(n.ended_at at time zone 'utc', ${ISO_FORMAT}::text),
          'output', case when n.bytes <= ${maxOutputBytes} then n.output end,
          'hasOutput', n.bytes between 0 and ${maxOutputBytes},
          'items', (
            select nullif(count(*), 0) from pipeline.run_items i
            where n.kind = 'map' and i.run_id = n.run_id and i.path = n.path and i.iteration = n.iteration
          ),
          'outputRef', case when n.bytes > ${maxOutputBytes} then json_build_object('bytes', n.bytes) end,
          'error', n.error, 'takenOver', case when n.taken_over is not null then true end,
          'overridden', case when n.taken_over = 'overridden' then true end
        ) order by n.started_at, n.path, n.iteration), '[]')
        from (select *, coalesce(octet_length(output::text), -1) as bytes from pipeline.run_nodes where run_id = r.id) n
      ) as nodes
    from pipeline.runs r where r.id = ${id}`;
}
