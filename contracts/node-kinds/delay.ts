import { z } from 'zod';

import { millisecondsOf } from '../duration.ts';

/** A longer delay is taken for a mistake. */
export const LONGEST_DELAY_MS = 10 * 365 * 86_400_000;

const isTemplate = (text: string): boolean => text.includes('{{');

/** Waits, durably: for a time, or until an instant; its output is `{ until }`, the instant that it waited for. */
export const DelayNodeConfig = z
  .strictObject({
    duration: z
      .string()
      .min(1)
      .max(10_000)
      .refine((text) => isTemplate(text) || millisecondsOf(text) >= 0, {
        error: 'must be a duration such as "30 seconds" or "2 days", or an {{ expression }} that gives one',
      })
      .refine((text) => isTemplate(text) || !(millisecondsOf(text) > LONGEST_DELAY_MS), {
        error: 'must be at most ten years',
      })
      .optional()
      .describe('How long, such as "30 seconds"; may hold {{ expressions }}'),
    until: z
      .string()
      .min(1)
      .max(10_000)
      .refine((text) => isTemplate(text) || !Number.isNaN(Date.parse(text)), {
        error: 'must be an instant such as "2027-01-31T08:00:00Z", or an {{ expression }} that gives one',
      })
      .optional()
      .describe('An instant, ISO 8601; may hold {{ expressions }}'),
  })
  .refine(({ duration, until }) => (duration === undefined) !== (until === undefined), {
    error: 'needs either a duration or an instant "until"',
  });
export type DelayNodeConfig = z.infer<typeof DelayNodeConfig>;
