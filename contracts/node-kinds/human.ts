import { z } from 'zod';

import { Duration } from '../duration.ts';
import { Json, JsonSchema } from '../json.ts';

/** Who may answer: an e-mail address, or everyone of a role as `role:editor`. */
const Approver = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?:role:(?:admin|editor|operator)|[^\s@]+@[^\s@]+)$/, {
    error: 'must be an e-mail address or a role such as "role:editor"',
  });

/** Waits for people; its output is `{ decision, answer?, comment?, value?, by }`. */
export const HumanNodeConfig = z.strictObject({
  title: z.string().min(1).max(400).describe('What is to be decided; may hold {{ expressions }}'),
  instructions: z
    .string()
    .max(20_000)
    .optional()
    .describe('What to look at, as Markdown; may hold {{ expressions }}'),
  value: Json.optional().describe(
    'What is shown, and may be edited by whoever approves it; may hold {{ expressions }}',
  ),
  form: JsonSchema.optional().describe('JSON Schema of an answer, which approving needs then'),
  approvers: z
    .array(Approver)
    .min(1)
    .max(50)
    .optional()
    .describe('E-mail addresses and roles; without them, whoever may answer approvals'),
  quorum: z.number().int().min(1).max(50).default(1).describe('How many have to approve'),
  timeout: Duration.optional().describe('How long is waited; without it, as long as the run may take'),
  onTimeout: z
    .enum(['fail', 'approve', 'reject'])
    .default('fail')
    .describe('What happens at the timeout where no edge leaves by the port "timeout"'),
  remindAfter: Duration.optional().describe('Reminds after so long, and again each time it has passed'),
  escalate: z
    .strictObject({ after: Duration, to: z.array(Approver).min(1).max(50) })
    .optional()
    .describe('Asks others too once nobody has decided for so long'),
});
export type HumanNodeConfig = z.infer<typeof HumanNodeConfig>;
