import { z } from 'zod';

import { Failure } from './failure.ts';
import { Id } from './ids.ts';
import { Json, JsonObject } from './json.ts';
import { PipelineDefinition } from './pipeline.ts';

export const RunStatus = z.enum([
  'queued',
  'running',
  'paused',
  'completed',
  'failed',
  'canceled',
  'timed_out',
]);
export type RunStatus = z.infer<typeof RunStatus>;
export const TERMINAL_RUN_STATUSES: readonly RunStatus[] = ['completed', 'failed', 'canceled', 'timed_out'];
export const isTerminal = (status: RunStatus): boolean => TERMINAL_RUN_STATUSES.includes(status);

export const NodeStatus = z.enum([
  'pending',
  'waiting',
  'running',
  'completed',
  'failed',
  'skipped',
  'canceled',
]);
export type NodeStatus = z.infer<typeof NodeStatus>;

/** One node of a run. `path` and `iteration` tell the items of a map apart; `id` is the node's own. */
export const RunNode = z.object({
  id: z.string(),
  path: z.string(),
  iteration: z.string(),
  kind: z.string(),
  status: NodeStatus,
  attempts: z.number().int(),
  /** Of a map that has begun: how many items it has. */
  items: z.number().int().optional(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  input: Json.optional(),
  output: Json.optional(),
  /** In place of an output that is too large for where it was asked for. */
  outputRef: z.object({ bytes: z.number().int() }).optional(),
  error: Failure.optional(),
  /** Of a fork: it ran in the run that this one was forked from, and not again. */
  takenOver: z.boolean().optional(),
  /** Taken over, with an output that whoever forked gave in place of the recorded one. */
  overridden: z.boolean().optional(),
});
export type RunNode = z.infer<typeof RunNode>;

/** What made a run start. */
export const RunTrigger = z.enum(['api', 'first-start', 'fork', 'restart', 'pipeline', 'agent']);
export type RunTrigger = z.infer<typeof RunTrigger>;

/** A word that people find runs by. */
export const Tag = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^,]*$/, 'must hold no comma');
const Tags = z
  .array(Tag)
  .max(20)
  .transform((tags) => [...new Set(tags)]);

/** Where a fork began: at a node of another run, or with null at its beginning. */
export const ForkedFrom = z.object({ runId: Id, fromNode: z.string().nullable() });
export type ForkedFrom = z.infer<typeof ForkedFrom>;

export const RunSummary = z.object({
  id: Id,
  pipelineId: Id,
  pipelineName: z.string(),
  pipelineVersion: z.number().int(),
  status: RunStatus,
  workflowId: z.string(),
  trigger: RunTrigger,
  costUsd: z.number(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  error: Failure.optional(),
  tags: z.array(z.string()),
  forkedFrom: ForkedFrom.optional(),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** Another pipeline that a run was started with, as it was then. */
export const PinnedPipeline = z.object({
  id: Id,
  name: z.string(),
  version: z.number().int(),
  definition: PipelineDefinition,
});
export type PinnedPipeline = z.infer<typeof PinnedPipeline>;

export const Run = RunSummary.extend({
  input: JsonObject,
  output: Json.optional(),
  /** In the order of the definition, those inside of maps after them; one that has not begun is `pending`. */
  nodes: z.array(RunNode),
  /** The version that it was started with; it outlives its pipeline. */
  definition: PipelineDefinition,
  /** The pipelines that it runs as parts of itself, by how their nodes name them: `digest`, or `digest@3` with a version. */
  pipelines: z.record(z.string(), PinnedPipeline).default({}),
  /** Of the last event of its channel that this state includes: subscribe `after` it and nothing is missed. */
  sequence: z.number().int(),
});
export type Run = z.infer<typeof Run>;

const Version = z.number().int().min(1).max(2_147_483_647);

export const StartRun = z.strictObject({
  input: JsonObject.default({}),
  version: Version.optional(),
  tags: Tags.default([]),
});
export type StartRun = z.infer<typeof StartRun>;

/**
 * Begins a new run at a node of another one. What has ended there and is not behind that node is taken over as it is: nothing is
 * called for it.
 */
export const ForkRun = z.strictObject({
  /** One of the outermost nodes. */
  fromNode: z.string().max(80),
  /** In place of the other run's. */
  input: JsonObject.optional(),
  /** Outputs by the ids of nodes before `fromNode`, in place of the recorded ones. */
  overrides: z.record(z.string(), Json).default({}),
  /** Absent: exactly what the other run was pinned to, its agents and sub-pipelines too. */
  version: Version.optional(),
  /** Absent: those of the other run. */
  tags: Tags.optional(),
});
export type ForkRun = z.infer<typeof ForkRun>;

export const ChangeRun = z.strictObject({ tags: Tags });
export type ChangeRun = z.infer<typeof ChangeRun>;

export const RunStarted = z.object({ id: Id, status: RunStatus, workflowId: z.string() });
export type RunStarted = z.infer<typeof RunStarted>;

/** A file that a run wrote, in its own folder. */
export const RunFile = z.object({ path: z.string(), bytes: z.number().int() });
export type RunFile = z.infer<typeof RunFile>;
