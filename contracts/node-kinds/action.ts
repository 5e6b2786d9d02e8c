import { z } from 'zod';

import { Json, JsonObject } from '../json.ts';
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

/** An effect on the world. Every string may hold {{ expressions }}, `{{ secrets.NAME }}` too. */
export const ActionNodeConfig = z.discriminatedUnion('action', [
  CallApiConfig,
  WriteFileConfig,
  ExecutePipelineConfig,
  CallToolConfig,
]);
export type ActionNodeConfig = z.infer<typeof ActionNodeConfig>;
