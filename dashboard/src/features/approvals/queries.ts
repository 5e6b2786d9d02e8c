import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { Approval, ApprovalSummary, type Decide } from '../../../../contracts/approval.ts';
import { pageOf } from '../../../../contracts/page.ts';
import type { Api } from '../../lib/api-client.ts';
import { useApi } from '../../lib/services.tsx';
import { SHOWN, type Shown } from './shown.ts';

const ApprovalPage = pageOf(ApprovalSummary);
/** More than so many are counted as so many. */
export const COUNTED_AT_MOST = 100;

export const approvalKeys = {
  all: ['approvals'] as const,
  count: ['approvals', 'count'] as const,
  list: (shown: Shown) => ['approvals', 'list', shown] as const,
  ofRun: (runId: string) => ['approvals', 'run', runId] as const,
  ofConversation: (conversationId: string) => ['approvals', 'conversation', conversationId] as const,
  approval: (id: string) => ['approvals', 'approval', id] as const,
};

/** Those that wait for the person, as many as are counted. */
export const waitingQuery = (api: Api) =>
  queryOptions({
    queryKey: approvalKeys.count,
    queryFn: ({ signal }) =>
      api.get('/approvals', ApprovalPage, { query: { mine: 'true', limit: COUNTED_AT_MOST }, signal }),
  });

export const approvalsQuery = (api: Api, shown: Shown) =>
  infiniteQueryOptions({
    queryKey: approvalKeys.list(shown),
    queryFn: ({ pageParam, signal }) =>
      api.get('/approvals', ApprovalPage, {
        query: { ...SHOWN[shown].query, cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

/** What one run asks people, or asked them. */
export const runApprovalsQuery = (api: Api, runId: string) =>
  queryOptions({
    queryKey: approvalKeys.ofRun(runId),
    queryFn: ({ signal }) => api.get('/approvals', ApprovalPage, { query: { runId, limit: 200 }, signal }),
  });

/** What one conversation asks people now. */
export const conversationApprovalsQuery = (api: Api, conversationId: string) =>
  queryOptions({
    queryKey: approvalKeys.ofConversation(conversationId),
    queryFn: ({ signal }) =>
      api.get('/approvals', ApprovalPage, {
        query: { conversationId, status: 'pending', limit: 200 },
        signal,
      }),
  });

export const approvalQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: approvalKeys.approval(id),
    queryFn: ({ signal }) => api.get(`/approvals/${id}`, Approval, { signal }),
  });

interface Deciding {
  decide: Decide;
  /** The same for each try of one decision. */
  idempotencyKey: string;
}

export function useDecide(id: string, onDecided: (approval: Approval) => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ decide, idempotencyKey }: Deciding) =>
      api.post(`/approvals/${id}`, Approval, { body: decide, idempotencyKey }),
    // Here, not where it is asked for: the form is gone as soon as the decision is known.
    onSuccess: (approval) => {
      queries.setQueryData(approvalKeys.approval(id), approval);
      onDecided(approval);
    },
    // A refusal too may mean that somebody else was faster.
    onSettled: () => queries.invalidateQueries({ queryKey: approvalKeys.all }),
  });
}
