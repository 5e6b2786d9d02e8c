import { z } from 'zod';

/** What the dashboard needs to know of the installation that it belongs to. */
export const DashboardConfig = z.object({
  version: z.string(),
  /** Where the Temporal Web UI stands, when there is one. */
  temporalUiUrl: z.string().nullable(),
  temporalNamespace: z.string(),
  /** True while no provider but the built-in `demo` one can be used. */
  demoOnly: z.boolean(),
  /** The ceiling of one run's cost. */
  runCostLimitUsd: z.number(),
});
export type DashboardConfig = z.infer<typeof DashboardConfig>;
