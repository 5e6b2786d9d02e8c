import { z } from 'zod';

export const PartHealth = z.object({
  ok: z.boolean(),
  /** Why it is not, in words. */
  reason: z.string().optional(),
});
export type PartHealth = z.infer<typeof PartHealth>;

/** Whether the API can serve: what `GET /health/ready` answers. */
export const Readiness = z.object({
  status: z.enum(['ready', 'unavailable']),
  parts: z.object({ api: PartHealth, database: PartHealth, temporal: PartHealth }),
});
export type Readiness = z.infer<typeof Readiness>;
