import { z } from 'zod';

/** One culprit of a refused input. `path` is a JSON pointer or dotted path into the body; '' is the whole. */
export const ProblemItem = z.object({
  path: z.string(),
  message: z.string(),
  nodeId: z.string().optional(),
  edgeId: z.string().optional(),
});
export type ProblemItem = z.infer<typeof ProblemItem>;

/** RFC 9457 problem details, the form of every error of the API (`application/problem+json`). */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  requestId: z.string(),
  errors: z.array(ProblemItem),
});
export type Problem = z.infer<typeof Problem>;
