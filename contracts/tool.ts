import { z } from 'zod';

import { JsonSchema } from './json.ts';

/** What a tool may touch; checked before a tool is offered to a model and again before it runs. */
export const ToolPermission = z.enum(['none', 'network', 'read', 'write']);
export type ToolPermission = z.infer<typeof ToolPermission>;

export const Tool = z.object({
  name: z.string(),
  description: z.string(),
  permission: ToolPermission,
  /** JSON Schema of the arguments. */
  inputSchema: JsonSchema,
});
export type Tool = z.infer<typeof Tool>;
