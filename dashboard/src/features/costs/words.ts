import type { Budget } from '../../../../contracts/budget.ts';
import type { CostRow, CostsBy, LedgerEntry, Spent } from '../../../../contracts/ledger.ts';
import { costText } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import type { Measure } from './filters.ts';

export const tokensOf = ({
  inputTokens,
  outputTokens,
}: Pick<Spent, 'inputTokens' | 'outputTokens'>): number => inputTokens + outputTokens;

export const measureOf = (spent: Spent, measure: Measure): number =>
  measure === 'cost' ? spent.costUsd : tokensOf(spent);

/** Where nothing cost anything, tokens tell more. */
export const shownMeasure = (rows: readonly Spent[], wanted: Measure): Measure =>
  rows.every(({ costUsd }) => costUsd === 0) ? 'tokens' : wanted;

export const amountText = (amount: number, measure: Measure): string =>
  measure === 'cost' ? costText(amount) : amount.toLocaleString('en');

/** Where what a row is about can be looked at; undefined where there is no page for it, or it is gone. */
export function placeOf(by: CostsBy, { key, name }: CostRow): string | undefined {
  if (name === key) return undefined;
  switch (by) {
    case 'agent':
      return pathOf.agent(key);
    case 'circle':
      return pathOf.circle(key);
    case 'conversation':
      return pathOf.conversation(key);
    case 'run':
      return pathOf.run(key);
    case 'day':
    case 'model':
      return undefined;
  }
}

export const OUTCOMES: Record<NonNullable<LedgerEntry['outcome']>, string> = {
  completed: 'Completed',
  failed: 'Failed',
  aborted: 'Stopped',
  lost: 'Lost with its worker',
  refused: 'Refused by a budget',
};

/** Of a budget, in a list of several. */
export function budgetTitle({ scope, id, name }: Pick<Budget, 'scope' | 'id' | 'name'>): string {
  switch (scope) {
    case 'day':
      return id === 'every' ? 'Each day' : `The day ${id}`;
    case 'agent':
      return `Agent ${name}`;
    case 'circle':
      return `Circle ${name}`;
    case 'conversation':
      return `Conversation “${name}”`;
    case 'run':
      return `A run of ${name}`;
  }
}

/** How much of it is used or promised to calls that are under way: between 0 and 1, of what is used most. */
export function shareOf({ tokens, usd, used, reserved }: Budget): number {
  const shares = [
    tokens === null ? 0 : tokens === 0 ? 1 : (used.tokens + reserved.tokens) / tokens,
    usd === null ? 0 : usd === 0 ? 1 : (used.usd + reserved.usd) / usd,
  ];
  return Math.min(1, Math.max(...shares));
}

/** "$0.42 of $5 · 12,000 of 100,000 tokens". */
export function usageText({ tokens, usd, used }: Budget): string {
  return [
    usd === null ? undefined : `${costText(used.usd)} of ${costText(usd)}`,
    tokens === null
      ? undefined
      : `${used.tokens.toLocaleString('en')} of ${tokens.toLocaleString('en')} tokens`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}
