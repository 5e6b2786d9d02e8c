import { z } from 'zod';

import { Id } from './ids.ts';

export const Role = z.enum(['admin', 'editor', 'operator', 'viewer']);
export type Role = z.infer<typeof Role>;

export const Email = z
  .email()
  .or(z.literal('admin@localhost'))
  .transform((text) => text.toLowerCase());

export const User = z.object({
  id: Id,
  email: z.string(),
  name: z.string(),
  role: Role,
  createdAt: z.iso.datetime(),
});
export type User = z.infer<typeof User>;

/** bcrypt reads no more than 72 bytes, so a longer password is refused rather than cut. */
export const Password = z
  .string()
  .min(8)
  .refine((text) => new TextEncoder().encode(text).length <= 72, { error: 'must be at most 72 bytes' });

export const CreateUser = z.strictObject({
  email: Email,
  name: z.string().min(1).max(120),
  password: Password,
  role: Role,
});
export type CreateUser = z.infer<typeof CreateUser>;

export const Login = z.strictObject({ email: Email, password: z.string().max(1_000) });
export const RefreshRequest = z.strictObject({ refreshToken: z.string().max(4_000) });
export const LogoutRequest = RefreshRequest.partial();
export const SignInLinkRequest = z.strictObject({ token: z.string().max(200) });

export const Session = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.iso.datetime(),
  user: User,
});
export type Session = z.infer<typeof Session>;
