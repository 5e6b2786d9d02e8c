import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';

import { ConversationSummary } from '../../../../contracts/conversation.ts';
import { KnowledgeSearchResult } from '../../../../contracts/knowledge.ts';
import {
  type ChangeMemory,
  type ChangeMemoryRetention,
  type CreateMemory,
  type ForgetMemories,
  Forgotten,
  Memory,
  MemoryDetail,
  MemoryRetentions,
  MemorySearchResult,
  type SearchKnowledge,
  type SearchMemories,
} from '../../../../contracts/memory.ts';
import { pageOf } from '../../../../contracts/page.ts';
import type { Api } from '../../lib/api-client.ts';
import { useApi } from '../../lib/services.tsx';
import { useDeletion, useIsBeingDeleted } from '../../lib/use-deletion.ts';
import { type MemoryFilters, queryOf } from './filters.ts';

const MemoryPage = pageOf(Memory);

export const memoryKeys = {
  all: ['memories'] as const,
  lists: ['memories', 'list'] as const,
  retention: ['memories', 'retention'] as const,
  forgetting: (id: string) => ['memories', 'forgetting', id] as const,
  memory: (id: string) => ['memories', 'memory', id] as const,
};

/** No channel tells of what only others may see, which administrators see too. */
const LISTED_AGAIN_MS = 20_000;
const MOST = 200;

export const memoriesQuery = (api: Api, filters: MemoryFilters) =>
  infiniteQueryOptions({
    queryKey: [...memoryKeys.lists, filters],
    queryFn: ({ pageParam, signal }) =>
      api.get('/memories', MemoryPage, {
        query: { ...queryOf(filters), cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: LISTED_AGAIN_MS,
    placeholderData: keepPreviousData,
  });

export const memoryQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: memoryKeys.memory(id),
    queryFn: ({ signal }) => api.get(`/memories/${id}`, MemoryDetail, { signal }),
  });

/** Conversations whose memory can be forgotten, newest first. */
export const conversationsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['memories', 'conversations'],
    queryFn: ({ signal }) =>
      api.get('/conversations', pageOf(ConversationSummary), { query: { limit: MOST }, signal }),
  });

export const retentionQuery = (api: Api) =>
  queryOptions({
    queryKey: memoryKeys.retention,
    queryFn: async ({ signal }) => (await api.get('/memories/retention', MemoryRetentions, { signal })).items,
  });

export function useChangeRetention(onChanged: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ChangeMemoryRetention) => api.put('/memories/retention', MemoryRetentions, { body }),
    onSuccess: ({ items }) => {
      queries.setQueryData(memoryKeys.retention, items);
      onChanged();
    },
  });
}

/** As a form gives it; what it leaves out is as usual. */
export type NewMemory = Pick<CreateMemory, 'kind' | 'content' | 'scope'> &
  Partial<Omit<CreateMemory, 'kind' | 'content' | 'scope'>>;
export type NewSearch = Pick<SearchMemories, 'query'> & Partial<SearchMemories>;
export type NewKnowledgeSearch = Pick<SearchKnowledge, 'query'> & Partial<SearchKnowledge>;

export const searchMemoriesQuery = (api: Api, body: NewSearch) =>
  queryOptions({
    queryKey: ['memories', 'search', body],
    queryFn: ({ signal }) => api.post('/memories/search', MemorySearchResult, { body, signal }),
    placeholderData: keepPreviousData,
  });

export const searchKnowledgeQuery = (api: Api, body: NewKnowledgeSearch) =>
  queryOptions({
    queryKey: ['knowledge', 'search', body],
    queryFn: ({ signal }) => api.post('/knowledge/search', KnowledgeSearchResult, { body, signal }),
    placeholderData: keepPreviousData,
  });

export const exportMemories = (api: Api, filters: MemoryFilters): Promise<Blob> =>
  api.file('/memories/export', { query: queryOf(filters) });

/** `onRemembered` is called even when its form is gone by then. */
export function useRemember(onRemembered: (memory: Memory) => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (submission: { body: NewMemory; idempotencyKey: string }) =>
      api.post('/memories', Memory, submission),
    onSuccess: (memory) => {
      onRemembered(memory);
      return queries.invalidateQueries({ queryKey: memoryKeys.all });
    },
  });
}

/** Makes a new version in place of the given one, and goes by its id from then on. */
export function useChangeMemory() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: ChangeMemory }) =>
      api.patch(`/memories/${id}`, Memory, { body: change }),
    onSettled: () => queries.invalidateQueries({ queryKey: memoryKeys.all }),
  });
}

export const useIsGoing = (id: string): boolean => useIsBeingDeleted(memoryKeys.forgetting(id));

/** Forgets one memory with everything that it took the place of. */
export const useForgetMemory = (id: string, onForgotten: () => void) =>
  useDeletion(
    {
      path: `/memories/${id}`,
      mutationKey: memoryKeys.forgetting(id),
      queryKey: memoryKeys.memory(id),
      toldBy: memoryKeys.all,
    },
    onForgotten,
  );

/** Forgets everything of an agent, a circle, a conversation or a person. */
export function useForgetAll(onForgotten: (forgotten: Forgotten) => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ForgetMemories) => api.post('/memories/forget', Forgotten, { body }),
    onSuccess: (forgotten) => {
      onForgotten(forgotten);
      void queries.invalidateQueries({ queryKey: ['knowledge'] });
      return queries.invalidateQueries({ queryKey: memoryKeys.all });
    },
  });
}
