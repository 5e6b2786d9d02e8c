import { z } from 'zod';

/** Joins branches; its output is an object by predecessor id, skipped ones absent. */
export const MergeNodeConfig = z
  .strictObject({
    mode: z
      .enum(['all', 'first', 'quorum'])
      .default('all')
      .describe('Waits for every possible branch, for the first, or for `count`'),
    count: z.number().int().min(1).max(2000).optional().describe('How many branches a quorum needs'),
  })
  .refine((config) => config.mode !== 'quorum' || config.count !== undefined, {
    path: ['count'],
    error: 'a quorum needs a count',
  });
export type MergeNodeConfig = z.infer<typeof MergeNodeConfig>;
