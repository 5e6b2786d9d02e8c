import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { Budget, type PutBudget } from '../../../../contracts/budget.ts';
import type { Conversation } from '../../../../contracts/conversation.ts';
import { pageOf } from '../../../../contracts/page.ts';
import type { Api } from '../../lib/api-client.ts';
import { useApi } from '../../lib/services.tsx';

const BudgetPage = pageOf(Budget);

/** Every budget that the person may see, with its use. */
export const budgetsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['budgets', 'all'],
    queryFn: ({ signal }) => api.get('/budgets', BudgetPage, { query: { limit: 200 }, signal }),
  });

/** Those that this conversation can reach: its own, its circle's and the day's; those of its agents. */
export function budgetsOf(conversation: Conversation, budgets: readonly Budget[]): Budget[] {
  const { id, circleId, members } = conversation;
  const today = new Date().toISOString().slice(0, 10);
  const agents = new Set(members.filter(({ kind }) => kind === 'agent').map((member) => member.id));
  return budgets.filter(
    (budget) =>
      (budget.scope === 'conversation' && budget.id === id) ||
      (budget.scope === 'circle' && budget.id === circleId) ||
      (budget.scope === 'agent' && agents.has(budget.id)) ||
      (budget.scope === 'day' && (budget.id === 'every' || budget.id === today)),
  );
}

/** Limits what the conversation may use; nothing in place of both: without a limit. */
export function usePutBudget(conversationId: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: PutBudget | null) =>
      body === null
        ? api.send('DELETE', `/budgets/conversation/${conversationId}`)
        : api.send('PUT', `/budgets/conversation/${conversationId}`, { body }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['budgets'] }),
  });
}
