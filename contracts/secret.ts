import { z } from 'zod';

/** Referred to as `{{ secrets.NAME }}`. */
export const SecretName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must match [A-Za-z_][A-Za-z0-9_]* with at most 64 characters')
  .refine((name) => !(name in {}), { error: 'is a name that every object has; choose another' });
export const PutSecret = z.strictObject({ value: z.string().min(1).max(16_384) });
export const SecretSummary = z.object({ name: SecretName, updatedAt: z.iso.datetime() });
export type SecretSummary = z.infer<typeof SecretSummary>;
