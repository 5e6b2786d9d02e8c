import { z } from 'zod';

/** Keeps the items for which an expression is true; its output is always an array. */
export const FilterNodeConfig = z.strictObject({
  items: z.string().min(1).max(10_000).describe('JSONata that gives the list'),
  where: z.string().min(1).max(10_000).describe('JSONata over `item` and `index`; true keeps the item'),
});
export type FilterNodeConfig = z.infer<typeof FilterNodeConfig>;
