import type { HumanPlan } from '../../contracts/plan.ts';

/** How far an approval has come, by the workflow's clock in milliseconds since 1970. */
export interface ApprovalTimes {
  askedAtMs: number;
  /** Number of the last reminder. */
  reminders: number;
  escalated: boolean;
}

/** What is due when nobody has decided: the nth reminder, others too, or the end. */
export type Prompt = { kind: 'remind'; number: number } | { kind: 'escalate' } | { kind: 'expire' };

/** Who has not answered then does not want to. */
const MOST_REMINDERS = 1_000;

/**
 * What is due next, and when; undefined: nothing is any more. Of reminders that are overdue, because nobody was there to send
 * them, only the last one is due.
 */
export function nextPrompt(
  plan: HumanPlan,
  { askedAtMs, reminders, escalated }: ApprovalTimes,
  nowMs: number,
): { atMs: number; prompt: Prompt } | undefined {
  const due: { atMs: number; prompt: Prompt }[] = [];
  const { timeoutMs, escalateAfterMs, remindAfterMs } = plan;
  if (timeoutMs !== undefined) due.push({ atMs: askedAtMs + timeoutMs, prompt: { kind: 'expire' } });
  if (escalateAfterMs !== undefined && !escalated)
    due.push({ atMs: askedAtMs + escalateAfterMs, prompt: { kind: 'escalate' } });
  if (remindAfterMs !== undefined && reminders < MOST_REMINDERS) {
    const overdue = Math.floor((nowMs - askedAtMs) / remindAfterMs);
    const number = Math.min(Math.max(reminders + 1, overdue), MOST_REMINDERS);
    due.push({ atMs: askedAtMs + number * remindAfterMs, prompt: { kind: 'remind', number } });
  }
  // Of what is due at the same time, the end comes first, and escalation before a reminder.
  return due.reduce<(typeof due)[number] | undefined>(
    (first, next) => (first === undefined || next.atMs < first.atMs ? next : first),
    undefined,
  );
}

/** How far it has come once a prompt was sent. */
export function afterPrompt(times: ApprovalTimes, prompt: Prompt): ApprovalTimes {
  switch (prompt.kind) {
    case 'remind':
      return { ...times, reminders: prompt.number };
    case 'escalate':
      return { ...times, escalated: true };
    case 'expire':
      return times;
  }
}
