import { z } from 'zod';

import { Name } from './agent.ts';
import { Duration } from './duration.ts';
import { Id } from './ids.ts';
import { JsonSchema } from './json.ts';
import { ActionNodeConfig } from './node-kinds/action.ts';
import { AgentNodeConfig } from './node-kinds/agent.ts';
import { CircleNodeConfig } from './node-kinds/circle.ts';
import { ConditionNodeConfig } from './node-kinds/condition.ts';
import { DelayNodeConfig } from './node-kinds/delay.ts';
import { FilterNodeConfig } from './node-kinds/filter.ts';
import { HumanNodeConfig } from './node-kinds/human.ts';
import { MergeNodeConfig } from './node-kinds/merge.ts';
import { ParallelNodeConfig, TriggerNodeConfig } from './node-kinds/pass-through.ts';
import { PipelineNodeConfig, pipelineReference } from './node-kinds/pipeline.ts';
import { TransformNodeConfig } from './node-kinds/transform.ts';
import { ProblemItem } from './problem.ts';

export const NodeId = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,79}$/, 'must match [A-Za-z_][A-Za-z0-9_]*');

/** How an effect is tried again; Temporal's words and meaning. */
export const RetryPolicy = z.strictObject({
  maximumAttempts: z.number().int().min(1).max(100).default(3),
  initialInterval: Duration.default('1 second'),
  backoffCoefficient: z.number().min(1).max(10).default(2),
  maximumInterval: Duration.default('60 seconds'),
});
export type RetryPolicy = z.infer<typeof RetryPolicy>;

/**
 * Spares a target that is down: after so many `Unavailable` attempts in a row, of all runs together, the node fails at once
 * with `circuit_open`, until one trial after `recoveryTime` shows that the target is back.
 */
export const CircuitBreaker = z.strictObject({
  failureThreshold: z.number().int().min(1).max(1000).default(5),
  recoveryTime: Duration.default('60 seconds'),
});
export type CircuitBreaker = z.infer<typeof CircuitBreaker>;

const common = {
  id: NodeId,
  name: z.string().max(120).optional(),
  /** Where the editor draws it. */
  position: z.strictObject({ x: z.number(), y: z.number() }).optional(),
  retry: RetryPolicy.optional(),
  /** Start-to-close timeout of one attempt. */
  timeout: Duration.optional(),
  onError: z.enum(['fail', 'continue', 'route']).default('fail'),
  circuitBreaker: CircuitBreaker.optional(),
};

/** The sub-pipeline of a `map`, run once per item. */
export const SubPipeline = z.strictObject({
  get nodes(): z.ZodArray<typeof PipelineNode> {
    return z.array(PipelineNode).min(1).max(200);
  },
  get edges(): z.ZodDefault<z.ZodArray<typeof PipelineEdge>> {
    return z.array(PipelineEdge).max(2000).default([]);
  },
});

/**
 * Runs a sub-pipeline for each item, at most `concurrency` at once; its output keeps the order of the items. Of another pipeline
 * that it names, each item is the input. It has exactly one of the two, which the validator checks.
 */
export const MapNodeConfig = z.strictObject({
  items: z.string().min(1).max(10_000).describe('JSONata that gives the list'),
  pipeline: SubPipeline.optional(),
  pipelineId: pipelineReference.pipelineId.optional(),
  version: pipelineReference.version,
  concurrency: z.number().int().min(1).max(100).default(10),
  onError: z.enum(['fail', 'continue']).default('fail'),
});

export const PipelineNode = z.discriminatedUnion('type', [
  z.strictObject({ ...common, type: z.literal('agent'), config: AgentNodeConfig }),
  z.strictObject({ ...common, type: z.literal('action'), config: ActionNodeConfig }),
  z.strictObject({ ...common, type: z.literal('circle'), config: CircleNodeConfig }),
  z.strictObject({ ...common, type: z.literal('condition'), config: ConditionNodeConfig }),
  z.strictObject({ ...common, type: z.literal('transform'), config: TransformNodeConfig }),
  z.strictObject({ ...common, type: z.literal('filter'), config: FilterNodeConfig }),
  z.strictObject({ ...common, type: z.literal('merge'), config: MergeNodeConfig }),
  z.strictObject({ ...common, type: z.literal('map'), config: MapNodeConfig }),
  z.strictObject({ ...common, type: z.literal('delay'), config: DelayNodeConfig }),
  z.strictObject({ ...common, type: z.literal('human'), config: HumanNodeConfig }),
  z.strictObject({ ...common, type: z.literal('pipeline'), config: PipelineNodeConfig }),
  z.strictObject({ ...common, type: z.literal('trigger'), config: TriggerNodeConfig.default({}) }),
  z.strictObject({ ...common, type: z.literal('parallel'), config: ParallelNodeConfig.default({}) }),
]);
export type PipelineNode = z.infer<typeof PipelineNode>;
export type SubPipeline = z.infer<typeof SubPipeline>;
export type NodeKind = PipelineNode['type'];
export type MapNodeConfig = z.infer<typeof MapNodeConfig>;

export const PipelineEdge = z.strictObject({
  id: z.string().max(80).optional(),
  from: NodeId,
  to: NodeId,
  /** Output port it leaves; absent: the default output. */
  port: z.string().max(40).optional(),
});
export type PipelineEdge = z.infer<typeof PipelineEdge>;

/** A pipeline as data: what users write, import and export. */
export const PipelineDefinition = z.strictObject({
  name: Name,
  description: z.string().max(2_000).default(''),
  inputSchema: JsonSchema.optional(),
  timeout: Duration.default('1 hour'),
  nodes: z.array(PipelineNode).min(1).max(2000),
  edges: z.array(PipelineEdge).max(10_000).default([]),
});
export type PipelineDefinition = z.infer<typeof PipelineDefinition>;

/** A stored pipeline: its draft, and the number of the version that new runs use. */
export const Pipeline = z.object({
  id: Id,
  name: Name,
  description: z.string(),
  definition: PipelineDefinition,
  publishedVersion: z.number().int(),
  /** Rises by one with each change of the draft; the `ETag`. */
  revision: z.number().int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Pipeline = z.infer<typeof Pipeline>;

/** A pipeline in a list, without its definition. */
export const PipelineSummary = Pipeline.omit({ definition: true }).extend({ nodeCount: z.number().int() });
export type PipelineSummary = z.infer<typeof PipelineSummary>;

/** An immutable publish. */
export const PipelineVersion = z.object({
  pipelineId: Id,
  version: z.number().int(),
  definition: PipelineDefinition,
  publishedAt: z.iso.datetime(),
});
export type PipelineVersion = z.infer<typeof PipelineVersion>;

/** What the editor draws a node and its form from; `ports` without `error`, which every kind has under `onError: "route"`. */
export const NodeKindDescription = z.object({
  name: z.string(),
  description: z.string(),
  ports: z.array(z.string()),
  configSchema: JsonSchema,
});
export type NodeKindDescription = z.infer<typeof NodeKindDescription>;

/** What is wrong with a definition; nothing where it is valid. */
export const PipelineValidation = z.object({ valid: z.boolean(), problems: z.array(ProblemItem) });
export type PipelineValidation = z.infer<typeof PipelineValidation>;
