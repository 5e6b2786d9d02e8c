import { z } from 'zod';

import { Json } from './json.ts';
import { PipelineEdge, PipelineNode } from './pipeline.ts';

/** One value that is another one; `path` is dotted, list elements by their ids where they have some. Absent: there is none. */
export const Change = z.object({ path: z.string(), before: Json.optional(), after: Json.optional() });
export type Change = z.infer<typeof Change>;

/** What is between two definitions of one pipeline. */
export const PipelineDiff = z.object({
  /** A published version, or the draft. */
  before: z.union([z.number().int(), z.literal('draft')]),
  after: z.union([z.number().int(), z.literal('draft')]),
  identical: z.boolean(),
  /** What belongs to no node and no edge: name, description, input schema, timeout. */
  settings: z.array(Change),
  nodes: z.object({
    added: z.array(PipelineNode),
    removed: z.array(PipelineNode),
    changed: z.array(z.object({ id: z.string(), changes: z.array(Change) })),
  }),
  /** An edge is the same one as long as it leads from the same port to the same node. */
  edges: z.object({
    added: z.array(PipelineEdge),
    removed: z.array(PipelineEdge),
    changed: z.array(
      z.object({ from: z.string(), to: z.string(), port: z.string(), changes: z.array(Change) }),
    ),
  }),
});
export type PipelineDiff = z.infer<typeof PipelineDiff>;
