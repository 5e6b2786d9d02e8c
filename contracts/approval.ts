import { z } from 'zod';

import { Id } from './ids.ts';
import { Json, JsonSchema } from './json.ts';
import type { Role } from './user.ts';

/** `expired`: nobody had decided in time; `canceled`: the run or the node ended otherwise. */
export const ApprovalStatus = z.enum(['pending', 'approved', 'rejected', 'expired', 'canceled']);
export type ApprovalStatus = z.infer<typeof ApprovalStatus>;

export const Verdict = z.enum(['approve', 'reject']);
export type Verdict = z.infer<typeof Verdict>;

/** What one person decided. */
export const Decision = z.object({
  /** Their e-mail address. */
  by: z.string(),
  decision: Verdict,
  comment: z.string().optional(),
  /** In place of the value that was shown. */
  edit: Json.optional(),
  answer: Json.optional(),
  at: z.iso.datetime(),
});
export type Decision = z.infer<typeof Decision>;

/** A question to people, in a list: of a run or of a conversation, whose fields are there and the other's are not. */
export const ApprovalSummary = z.object({
  id: Id,
  runId: Id.optional(),
  pipelineId: Id.optional(),
  pipelineName: z.string().optional(),
  nodeId: z.string().optional(),
  /** `path` and `iteration` tell those inside of maps apart. */
  path: z.string().optional(),
  iteration: z.string().optional(),
  conversationId: Id.optional(),
  topic: z.string().optional(),
  /** Absent where a conversation is with one agent. */
  circleName: z.string().optional(),
  /** `<conversation>/<number>`, where it is about a tool call. */
  turnId: z.string().optional(),
  /** `tool.<step>.<index>` of the turn; `budget/…` where a budget is to be extended. */
  call: z.string().optional(),
  agentName: z.string().optional(),
  /** That is to be called; its arguments are the value. */
  tool: z.string().optional(),
  title: z.string(),
  status: ApprovalStatus,
  /** E-mail addresses and roles such as `role:editor`; null: whoever may answer approvals. */
  approvers: z.array(z.string()).nullable(),
  quorum: z.number().int(),
  approvals: z.number().int(),
  rejections: z.number().int(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  /** What happens when it expires; `port`: the run goes on at the port `timeout`. */
  onTimeout: z.enum(['port', 'fail', 'approve', 'reject']),
  /** Number of the last reminder. */
  reminders: z.number().int(),
  escalatedAt: z.iso.datetime().nullable(),
  /** It is pending, and the caller may decide it and has not done so. */
  canDecide: z.boolean(),
});
export type ApprovalSummary = z.infer<typeof ApprovalSummary>;

export const Approval = ApprovalSummary.extend({
  /** Markdown. */
  instructions: z.string().optional(),
  /** As it is now: the last edit, else what the run showed. */
  value: Json.optional(),
  /** What an answer has to fit, which approving needs then. */
  form: JsonSchema.optional(),
  /** Oldest first. */
  decisions: z.array(Decision),
});
export type Approval = z.infer<typeof Approval>;

/**
 * `edit` replaces the value that is shown, if one is (of a tool call: all of its arguments); `answer` fits the form, if there is one. The
 * comment of a rejection is what the agent is told as the reason.
 */
export const Decide = z.strictObject({
  decision: Verdict,
  comment: z.string().max(10_000).optional(),
  edit: Json.optional(),
  answer: Json.optional(),
  /** Of a tool call in a conversation: this agent may call this tool there from now on without being asked. */
  always: z.boolean().optional(),
});
export type Decide = z.infer<typeof Decide>;

/** Roles that decide where no approvers are named. */
const ROLES_THAT_DECIDE: readonly Role[] = ['admin', 'editor', 'operator'];

/** Whether somebody is asked: an administrator always is, others by e-mail address or role, or by role alone where nobody is named. */
export function isAsked(
  approvers: readonly string[] | null,
  { email, role }: { email: string; role: Role },
): boolean {
  if (role === 'admin') return true;
  if (approvers === null) return ROLES_THAT_DECIDE.includes(role);
  return approvers.includes(email) || approvers.includes(`role:${role}`);
}
