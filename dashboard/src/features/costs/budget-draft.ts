import { PutBudget } from '../../../../contracts/budget.ts';
import type { BudgetName } from './queries.ts';

/** A budget while it is edited: what stands in the controls. */
export interface BudgetDraft {
  subject: BudgetName;
  usd: string;
  tokens: string;
}

export type LimitErrors = Partial<Record<'usd' | 'tokens', string>>;

const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));

/** The limits that a draft amounts to, or what is wrong with which field. */
export function limitsOf(
  draft: BudgetDraft,
): { ok: true; limits: PutBudget } | { ok: false; errors: LimitErrors } {
  const limits = { usd: numberOf(draft.usd), tokens: numberOf(draft.tokens) };
  if (limits.usd === null && limits.tokens === null)
    return { ok: false, errors: { usd: 'Give a number of US dollars, of whole tokens, or of both.' } };
  const parsed = PutBudget.safeParse(limits);
  if (parsed.success) return { ok: true, limits: parsed.data };
  const wrong = new Set(parsed.error.issues.map(({ path: [field] }) => field));
  return {
    ok: false,
    errors: {
      ...(wrong.has('usd') && { usd: 'Give a number of US dollars, from 0 to 1,000,000.' }),
      ...(wrong.has('tokens') && { tokens: 'Give a whole number of tokens, from 0 on.' }),
    },
  };
}
