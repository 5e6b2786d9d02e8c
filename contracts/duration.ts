import { z } from 'zod';

import { millisecondsOf } from './milliseconds.ts';

export { millisecondsOf } from './milliseconds.ts';

const LONGEST_MS = 365 * 86_400_000;

/** A duration string such as `"30 seconds"`, `"500ms"`, `"2 hours"`. At most 365 days. */
export const Duration = z.string().refine((text) => millisecondsOf(text) <= LONGEST_MS, {
  error: 'must be a duration such as "30 seconds", "500ms" or "2 hours", at most 365 days',
});
export type Duration = z.infer<typeof Duration>;
