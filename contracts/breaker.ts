import { z } from 'zod';

/** How the circuit breaker of a node stands, for all runs of its pipeline together. */
export const BreakerState = z.object({
  /** Of the node within its pipeline: its id, with those of the maps around it in front (`each.call`). */
  nodeId: z.string(),
  /** `open`: the target is not called. `half_open`: the next call is the trial, or the trial is under way. */
  state: z.enum(['closed', 'open', 'half_open']),
  /** `Unavailable` attempts in a row. */
  failures: z.number().int(),
  openedAt: z.iso.datetime().nullable(),
  /** From when on a trial is made; null while closed. */
  trialAt: z.iso.datetime().nullable(),
});
export type BreakerState = z.infer<typeof BreakerState>;
