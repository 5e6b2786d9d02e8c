import { z } from 'zod';

import { JsonSchema } from '../json.ts';

/** Lets an agent answer a prompt; its output is `{ text, data?, usage }`. */
export const AgentNodeConfig = z.strictObject({
  agent: z.string().min(1).max(80).describe('Name or id of the agent'),
  prompt: z.string().min(1).max(100_000).describe('What the agent is asked; may hold {{ expressions }}'),
  outputSchema: JsonSchema.optional().describe(
    'JSON Schema that the answer must fit; the parsed answer becomes `data`',
  ),
});
export type AgentNodeConfig = z.infer<typeof AgentNodeConfig>;
