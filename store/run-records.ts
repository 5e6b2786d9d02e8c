import { z } from 'zod';

import type { Agent } from '../contracts/agent.ts';
import { GatheringFailure } from '../contracts/failure.ts';
import { createGraph, type Graph } from '../contracts/graph/index.ts';
import { Id } from '../contracts/ids.ts';
import type { JsonObject } from '../contracts/json.ts';
import { type PipelineReference, referenceKeyOf } from '../contracts/node-kinds/pipeline.ts';
import type { PipelineDefinition, PipelineNode } from '../contracts/pipeline.ts';
import type { PlanGraph, PlanNode } from '../contracts/plan.ts';
import type { PinnedPipeline } from '../contracts/run.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

const Row = z.object({
  id: Id,
  pipeline: z.object({ id: Id, name: z.string(), version: z.number().int() }),
  createdAt: z.string(),
  startedBy: z.string(),
  /** How many runs have started one another before this one. */
  generation: z.number().int(),
  // These were checked before they were stored, and checking a large definition again takes longer than a segment of it.
  input: z.custom<JsonObject>(),
  definition: z.custom<PipelineDefinition>(),
  /** Those that it runs as parts of itself, by `referenceKeyOf`. */
  pipelines: z.custom<Readonly<Record<string, PinnedPipeline>>>(),
  /** As they were at the start, by the words that the nodes name them with. */
  agents: z.custom<Readonly<Record<string, Agent>>>(),
  /** What the workflow was started with. */
  plan: z.custom<PlanGraph>(),
});

/** What of a run never changes: what its activities work by. */
export interface RunRecord extends z.infer<typeof Row> {
  /** By path, such as `each.digest`; those inside of maps and of other pipelines too. */
  nodes: ReadonlyMap<string, PipelineNode>;
  /** By the path of the node that it stands in; '' is the run's own. */
  graphs: ReadonlyMap<string, Graph<PlanNode>>;
  /** The other pipelines that it runs, by the path of the node that runs them. */
  inside: ReadonlyMap<string, PinnedPipeline>;
}

export interface RunRecords {
  /** @throws GatheringFailure NotFound */
  getRunRecord(runId: string): Promise<RunRecord>;
}

const RECORDS_KEPT = 200;

/** Reads the record of a run once and keeps those of the runs that were asked for last. */
export function createRunRecords(pool: Queryable, kept = RECORDS_KEPT): RunRecords {
  const records = new Map<string, Promise<RunRecord>>();
  return {
    getRunRecord: (runId) => {
      const known = records.get(runId);
      const record = known ?? readRecord(pool, runId);
      records.delete(runId);
      records.set(runId, record);
      const [oldest] = records.keys();
      if (records.size > kept && oldest !== undefined) records.delete(oldest);
      // What could not be read is asked for again; the caller sees the error.
      if (known === undefined) record.catch(() => records.delete(runId));
      return record;
    },
  };
}

async function readRecord(pool: Queryable, runId: string): Promise<RunRecord> {
  const row = await pool.maybeOne(sql.type(Row)`
    select
      id, json_build_object('id', pipeline_id, 'name', pipeline_name, 'version', pipeline_version) as pipeline,
      created_at as "createdAt", coalesce(started_by, '') as "startedBy",
      coalesce((workflow_input ->> 'generation')::integer, 0) as generation, input, definition, pipelines, agents, workflow_input -> 'plan' as plan
    from pipeline.runs where id = ${runId}`);
  if (row === null) throw new GatheringFailure('NotFound', 'There is no such run.');
  const found = { nodes: new Map<string, PipelineNode>(), inside: new Map<string, PinnedPipeline>() };
  collectNodes(row.definition.nodes, '', row.pipelines, found);
  const graphs = new Map<string, Graph<PlanNode>>();
  collectGraphs(row.plan, '', graphs);
  return { ...row, ...found, graphs };
}

function collectGraphs(plan: PlanGraph, path: string, found: Map<string, Graph<PlanNode>>): void {
  found.set(path, createGraph(plan.nodes, plan.edges));
  for (const { id, map } of plan.nodes)
    if (map !== undefined) collectGraphs(map.graph, path === '' ? id : `${path}.${id}`, found);
}

function collectNodes(
  nodes: readonly PipelineNode[],
  prefix: string,
  pipelines: RunRecord['pipelines'],
  found: { nodes: Map<string, PipelineNode>; inside: Map<string, PinnedPipeline> },
): void {
  for (const node of nodes) {
    const path = prefix + node.id;
    found.nodes.set(path, node);
    const reference = referenceOf(node);
    const pipeline = reference === undefined ? undefined : pipelines[referenceKeyOf(reference)];
    if (pipeline !== undefined) {
      found.inside.set(path, pipeline);
      collectNodes(pipeline.definition.nodes, `${path}.`, pipelines, found);
    } else if (node.type === 'map')
      collectNodes(node.config.pipeline?.nodes ?? [], `${path}.`, pipelines, found);
  }
}

function referenceOf(node: PipelineNode): PipelineReference | undefined {
  if (node.type === 'pipeline') return node.config;
  if (node.type !== 'map' || node.config.pipelineId === undefined) return undefined;
  return { pipelineId: node.config.pipelineId, version: node.config.version };
}
