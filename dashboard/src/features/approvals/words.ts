import type { Approval, ApprovalStatus, ApprovalSummary } from '../../../../contracts/approval.ts';
import { counted } from '../../lib/format.ts';
import type { Status } from '../../ui/status.tsx';
import { subjectOf } from './subject.ts';

const LOOK: Record<ApprovalStatus, Status> = {
  pending: 'waiting',
  approved: 'approved',
  rejected: 'rejected',
  expired: 'expired',
  canceled: 'canceled',
};

/** The status of an approval as it is shown. */
export const lookOf = (status: ApprovalStatus): Status => LOOK[status];

const ROLES: Record<string, string> = {
  'role:admin': 'any administrator',
  'role:editor': 'any editor',
  'role:operator': 'any operator',
};

/** Who is asked: "ada@example.org or any editor". */
export function askedWords(approvers: ApprovalSummary['approvers']): string {
  if (approvers === null) return 'any operator, editor or administrator';
  const names = approvers.map((approver) => ROLES[approver] ?? approver);
  const last = names.at(-1) ?? '';
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

const AT_TIMEOUT: Record<ApprovalSummary['onTimeout'], string> = {
  port: 'the run goes on by its branch for the timeout',
  fail: 'the node fails',
  approve: 'it counts as approved',
  reject: 'it counts as rejected',
};

/** What happens when nobody decides in time. */
export const timeoutWords = (onTimeout: ApprovalSummary['onTimeout']): string => AT_TIMEOUT[onTimeout];

/** How far the quorum is: "1 of 2 approvals". */
export const quorumWords = ({ approvals, quorum }: ApprovalSummary): string =>
  `${Math.min(approvals, quorum)} of ${counted(quorum, 'approval')}`;

/** Why there are no buttons, for somebody who looks on. */
export function whyNot(approval: Approval, email: string | undefined): string {
  if (approval.status !== 'pending') return '';
  return approval.decisions.some(({ by }) => by === email)
    ? 'You have decided. It waits for others.'
    : `It waits for ${askedWords(approval.approvers)}.`;
}

/** What to say once a decision has been taken. */
export function decidedWords(approval: Approval): string {
  switch (approval.status) {
    case 'approved':
      return `“${approval.title}” is approved. The ${subjectOf(approval).kind} goes on.`;
    case 'rejected':
      return `“${approval.title}” is rejected. The ${subjectOf(approval).kind} ${isBudget(approval) ? 'stays paused' : 'goes on accordingly'}.`;
    default:
      return `Your decision counts: ${quorumWords(approval)} so far.`;
  }
}

/** It asks for a larger budget, not about something that was made or is to be done. */
export const isBudget = ({ call }: ApprovalSummary): boolean => call?.startsWith('budget/') === true;

/** It asks whether an agent may call a tool. */
export const isToolCall = ({ conversationId, tool, call }: ApprovalSummary): boolean =>
  conversationId !== undefined && (tool !== undefined || call?.startsWith('tool.') === true);

/** What a comment is for. */
export function commentHint(approval: ApprovalSummary): string {
  if (isToolCall(approval)) return 'If you reject, the agent is told this as the reason.';
  if (isBudget(approval)) return 'Kept with the decision.';
  return 'Kept with the run, and given to what comes next in it.';
}
