import { z } from 'zod';

import { Id } from './ids.ts';
import { ForkedFrom, RunStatus, RunTrigger, Tag } from './run.ts';

const Statuses = z
  .union([z.string().transform((text) => text.split(',')), z.array(z.string())])
  .pipe(z.array(RunStatus).min(1))
  .describe('One status, or several with commas between');
const instant = z.iso.datetime({ offset: true });
const cost = z.coerce.number().min(0);

/** Which runs: all that is named must fit. The query of `GET /runs`, and the body of what is done to many at once. */
export const RunSearch = z.strictObject({
  status: Statuses.optional(),
  pipelineId: Id.optional(),
  version: z.coerce.number().int().min(1).max(2_147_483_647).optional().describe("The pipeline's version"),
  from: instant.optional().describe('Accepted at this instant or later'),
  to: instant.optional().describe('Accepted before this instant'),
  q: z
    .string()
    .trim()
    .max(200)
    .optional()
    .describe(
      "Part of the pipeline's name, the beginning of the run's id, or words (or their beginnings) in its input, output or error",
    ),
  tag: Tag.optional(),
  minCost: cost.optional().describe('US dollars'),
  maxCost: cost.optional().describe('US dollars'),
  trigger: RunTrigger.optional(),
  forkedFrom: ForkedFrom.shape.runId.optional().describe('Id of the run that they were forked from'),
});
export type RunSearch = z.infer<typeof RunSearch>;
