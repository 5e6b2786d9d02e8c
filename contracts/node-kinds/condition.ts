import { z } from 'zod';

/** Decides between the ports `true` and `false` by JSONata's `$boolean` of an expression; its output is that boolean. */
export const ConditionNodeConfig = z.strictObject({
  expression: z.string().min(1).max(10_000).describe('JSONata; its truth decides the port'),
});
export type ConditionNodeConfig = z.infer<typeof ConditionNodeConfig>;
