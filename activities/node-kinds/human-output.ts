import type { Approval, Decision } from '../../contracts/approval.ts';
import type { Failure } from '../../contracts/failure.ts';
import type { Json, JsonObject } from '../../contracts/json.ts';

/** What has become of a question to people. */
export type SettledApproval = Pick<Approval, 'status' | 'onTimeout' | 'decisions' | 'value'>;

export type HumanEnd =
  | { status: 'pending' }
  | { status: 'completed'; port: string; output: Json }
  | { status: 'failed'; error: Failure };

/** How the node ends; the output is the decision that settled it, with everything that was decided. */
export function endOfApproval(approval: SettledApproval): HumanEnd {
  const last = approval.decisions.at(-1);
  switch (approval.status) {
    case 'pending':
      return { status: 'pending' };
    case 'approved':
      return completed(approval, 'approved', { decision: 'approve', ...particularsOf(last) });
    case 'rejected':
      return completed(approval, 'rejected', { decision: 'reject', ...particularsOf(last) });
    case 'expired':
      return endOfExpired(approval);
    case 'canceled':
      return { status: 'failed', error: { type: 'Conflict', message: 'The run or the node has ended' } };
  }
}

function endOfExpired(approval: SettledApproval): HumanEnd {
  switch (approval.onTimeout) {
    case 'port':
      return completed(approval, 'timeout', { decision: 'timeout', by: null });
    case 'approve':
      return completed(approval, 'approved', { decision: 'approve', by: null });
    case 'reject':
      return completed(approval, 'rejected', { decision: 'reject', by: null });
    case 'fail':
      return { status: 'failed', error: { type: 'TimedOut', message: 'There was no decision in time' } };
  }
}

function completed({ value, decisions }: SettledApproval, port: string, decided: JsonObject): HumanEnd {
  const output = {
    ...decided,
    ...(value === undefined ? {} : { value }),
    decisions: decisions.map(({ decision, at, ...rest }) => ({ decision, ...particularsOf(rest), at })),
  };
  return { status: 'completed', port, output };
}

const particularsOf = (decision: Pick<Decision, 'by' | 'comment' | 'answer'> | undefined): JsonObject => ({
  by: decision?.by ?? null,
  ...(decision?.comment === undefined ? {} : { comment: decision.comment }),
  ...(decision?.answer === undefined ? {} : { answer: decision.answer }),
});
