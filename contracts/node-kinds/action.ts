import { z } from 'zod';

import { Json } from '../json.ts';

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

/** An effect on the world. Every string may hold {{ expressions }}, `{{ secrets.NAME }}` too. */
export const ActionNodeConfig = z.discriminatedUnion('action', [CallApiConfig, WriteFileConfig]);
export type ActionNodeConfig = z.infer<typeof ActionNodeConfig>;
