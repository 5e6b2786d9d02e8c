import { z } from 'zod';

import { Id } from './ids.ts';
import { JsonObject } from './json.ts';

/** Who did what with which thing; written together with what was done, and never changed. */
export const AuditEntry = z.object({
  id: Id,
  at: z.iso.datetime(),
  userId: Id,
  /** Their e-mail address at that time. */
  user: z.string(),
  /** A permission, such as `approvals:decide`. */
  action: z.string(),
  resource: z.string(),
  resourceId: z.string(),
  data: JsonObject,
  requestId: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
