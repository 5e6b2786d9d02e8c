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
});
export type RunNode = z.infer<typeof RunNode>;

/** What made a run start. */
export const RunTrigger = z.enum(['api', 'first-start']);
export type RunTrigger = z.infer<typeof RunTrigger>;

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
});
export type RunSummary = z.infer<typeof RunSummary>;

export const Run = RunSummary.extend({
  input: JsonObject,
  output: Json.optional(),
  /** In the order of the definition, those inside of maps after them; one that has not begun is `pending`. */
  nodes: z.array(RunNode),
  /** The version that it was started with; it outlives its pipeline. */
  definition: PipelineDefinition,
  /** Of the last event of its channel that this state includes: subscribe `after` it and nothing is missed. */
  sequence: z.number().int(),
});
export type Run = z.infer<typeof Run>;

export const StartRun = z.strictObject({
  input: JsonObject.default({}),
  version: z.number().int().min(1).max(2_147_483_647).optional(),
});
export type StartRun = z.infer<typeof StartRun>;

export const RunStarted = z.object({ id: Id, status: RunStatus, workflowId: z.string() });
export type RunStarted = z.infer<typeof RunStarted>;

/** A file that a run wrote, in its own folder. */
export const RunFile = z.object({ path: z.string(), bytes: z.number().int() });
export type RunFile = z.infer<typeof RunFile>;
