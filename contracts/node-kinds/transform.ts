import { z } from 'zod';

/** Computes a value; undefined becomes null. */
export const TransformNodeConfig = z.strictObject({
  expression: z.string().min(1).max(10_000).describe('JSONata; its value is the output'),
});
export type TransformNodeConfig = z.infer<typeof TransformNodeConfig>;
