import { z } from 'zod';

import { Json, JsonObject } from '../json.ts';
import { MemoryKind } from '../memory.ts';
import { pipelineReference } from './pipeline.ts';

/** Calls an HTTP API; its output is `{ status, headers, body }`. Redirects are not followed. */
export const CallApiConfig = z.strictObject({
  action: z.literal('call_api'),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']).default('GET'),
  url: z.string().min(1).max(8_000),
  headers: z.record(z.string().max(200), z.string().max(8_000)).default({}),
  body: Json.optional(),
});
export type CallApiConfig = z.infer<typeof CallApiConfig>;

/** Writes a text file into the run's folder; its output is `{ path, bytes }`. */
export const WriteFileConfig = z.strictObject({
  action: z.literal('write_file'),
  path: z.string().min(1).max(400),
  content: z.string(),
});

/** Starts a run of another pipeline, once, and does not wait for it; its output is `{ runId }`. */
export const ExecutePipelineConfig = z.strictObject({
  action: z.literal('execute_pipeline'),
  ...pipelineReference,
  input: JsonObject.default({}).describe('Its input; may hold {{ expressions }}, but no secrets'),
});
export type ExecutePipelineConfig = z.infer<typeof ExecutePipelineConfig>;

/** Calls a tool as an agent would; its output is the tool's answer, an object where that is the JSON of one, else a text. */
export const CallToolConfig = z.strictObject({
  action: z.literal('call_tool'),
  tool: z.string().min(1).max(80).describe('Name of the tool'),
  arguments: JsonObject.default({}).describe('What the tool is given; may hold {{ expressions }}'),
});
export type CallToolConfig = z.infer<typeof CallToolConfig>;

/** Of what runs remember: everybody reads them, so no scope of a conversation, and circles that are for everyone only. */
const memoryScope = {
  scope: z.enum(['global', 'circle', 'agent']),
  of: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Name or id of the circle or agent of the scope; may hold {{ expressions }}'),
};

/** Remembers a fact, once; its output is `{ memoryId }`. */
export const RememberConfig = z.strictObject({
  action: z.literal('remember'),
  content: z.string().min(1).describe('One statement; may hold {{ expressions }}, but no secrets'),
  scope: memoryScope.scope.default('global'),
  of: memoryScope.of,
  importance: z.number().min(0).max(1).default(0.5),
  tags: z.array(z.string().min(1).max(200)).max(20).default([]),
});
export type RememberConfig = z.infer<typeof RememberConfig>;

/** Finds what is remembered, or passages of documents, best first; its output is `{ items }`, each with `content` and `score`. */
export const RecallConfig = z.strictObject({
  action: z.literal('recall'),
  query: z.string().min(1).max(8_000).describe('What it is about; may hold {{ expressions }}'),
  source: z.enum(['memories', 'knowledge']).default('memories'),
  scope: memoryScope.scope.optional().describe('Absent: everything that everybody may see'),
  of: memoryScope.of,
  limit: z.number().int().min(1).max(100).default(5),
  kinds: z.array(MemoryKind).min(1).max(3).optional().describe('Of memories'),
});
export type RecallConfig = z.infer<typeof RecallConfig>;

/** An effect on the world. Every string may hold {{ expressions }}, `{{ secrets.NAME }}` too. */
export const ActionNodeConfig = z.discriminatedUnion('action', [
  CallApiConfig,
  WriteFileConfig,
  ExecutePipelineConfig,
  CallToolConfig,
  RememberConfig,
  RecallConfig,
]);
export type ActionNodeConfig = z.infer<typeof ActionNodeConfig>;
