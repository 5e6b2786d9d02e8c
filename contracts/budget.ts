import { z } from 'zod';

/** What a budget limits. A run's, an agent's or a circle's counts everything that was ever used there; a day's begins anew each day (UTC). */
export const BudgetScope = z.enum(['conversation', 'run', 'agent', 'circle', 'day']);
export type BudgetScope = z.infer<typeof BudgetScope>;

/** The id of the budget of each day; one that is named by a date is of that day alone. */
export const EVERY_DAY = 'every';

/** Tokens in and out together; cost by the price list. */
const Amount = z.object({ tokens: z.number().int(), usd: z.number() });

export const Budget = z.object({
  scope: BudgetScope,
  /** Of the conversation, run, agent or circle; of a day its date, or `every`. */
  id: z.string(),
  /** What it is of, for people. */
  name: z.string(),
  /** Null: without limit. */
  tokens: z.number().int().nullable(),
  usd: z.number().nullable(),
  used: Amount,
  /** What calls that are under way may still use. */
  reserved: Amount,
  updatedBy: z.string(),
  updatedAt: z.iso.datetime(),
});
export type Budget = z.infer<typeof Budget>;

export const PutBudget = z
  .strictObject({
    tokens: z.number().int().min(0).max(1_000_000_000_000).nullable().default(null),
    usd: z.number().min(0).max(1_000_000).nullable().default(null),
  })
  .refine(({ tokens, usd }) => tokens !== null || usd !== null, {
    path: ['tokens'],
    error: 'give a limit of tokens, of US dollars (usd), or of both',
  });
export type PutBudget = z.infer<typeof PutBudget>;
