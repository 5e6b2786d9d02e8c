import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';

import { Chunk, type DocumentStatus, KnowledgeDocument } from '../../../../contracts/knowledge.ts';
import type { MemoryScope } from '../../../../contracts/memory.ts';
import { pageOf } from '../../../../contracts/page.ts';
import type { Api } from '../../lib/api-client.ts';
import { useApi } from '../../lib/services.tsx';
import { useDeletion, useIsBeingDeleted } from '../../lib/use-deletion.ts';
import { type DocumentFilters, queryOf } from './filters.ts';

const DocumentPage = pageOf(KnowledgeDocument);
const ChunkPage = pageOf(Chunk);

export const knowledgeKeys = {
  all: ['knowledge'] as const,
  documents: ['knowledge', 'documents'] as const,
  lists: ['knowledge', 'documents', 'list'] as const,
  document: (id: string) => ['knowledge', 'documents', 'document', id] as const,
  deletion: (id: string) => ['knowledge', 'deletion', id] as const,
  chunks: (id: string) => ['knowledge', 'chunks', id] as const,
};

/** Progress is told as it is made; what is not told, since only others may see it, is asked for. */
const WORKING_MS = 2_000;
const LISTED_AGAIN_MS = 20_000;
const MOST = 200;

export const isUnderWay = (status: DocumentStatus): boolean =>
  status === 'queued' || status === 'parsing' || status === 'embedding';

export const documentsQuery = (api: Api, filters: DocumentFilters) =>
  infiniteQueryOptions({
    queryKey: [...knowledgeKeys.lists, filters],
    queryFn: ({ pageParam, signal }) =>
      api.get('/knowledge/documents', DocumentPage, {
        query: { ...queryOf(filters), cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(({ status }) => isUnderWay(status))) === true
        ? WORKING_MS
        : LISTED_AGAIN_MS,
    placeholderData: keepPreviousData,
  });

export const documentQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: knowledgeKeys.document(id),
    queryFn: ({ signal }) => api.get(`/knowledge/documents/${id}`, KnowledgeDocument, { signal }),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isUnderWay(state.data.status) ? WORKING_MS : false,
  });

/** The pieces of a document in their order. */
export const chunksQuery = (api: Api, id: string, version: number) =>
  infiniteQueryOptions({
    queryKey: [...knowledgeKeys.chunks(id), version],
    queryFn: ({ pageParam, signal }) =>
      api.get(`/knowledge/documents/${id}/chunks`, ChunkPage, {
        query: { limit: MOST, cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const contentOf = (api: Api, id: string): Promise<Blob> =>
  api.file(`/knowledge/documents/${id}/content`);

/** Uploads a file. The same content in the same scope is the document that is there already. */
export function useUpload() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ file, scope }: { file: File; scope: MemoryScope }) => {
      const form = new FormData();
      // Fields come before the file: the server decides by them while the file is still on its way.
      form.set('name', file.name);
      form.set('scope', JSON.stringify(scope));
      form.set('file', file, file.name);
      return api.post('/knowledge/documents', KnowledgeDocument, { form });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: knowledgeKeys.lists }),
  });
}

/** Gives a document new content: one version more, whose unchanged chunks stay as they are. */
export function useReplace(id: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.set('file', file, file.name);
      return api.put(`/knowledge/documents/${id}`, KnowledgeDocument, { form });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: knowledgeKeys.all }),
  });
}

/** What can be asked of a document that is taken in. */
export type Verb = 'pause' | 'resume' | 'cancel' | 'retry';

export function useSteer(id: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (verb: Verb) => api.send('POST', `/knowledge/documents/${id}/${verb}`),
    onSettled: () => queries.invalidateQueries({ queryKey: knowledgeKeys.documents }),
  });
}

export const useIsGoing = (id: string): boolean => useIsBeingDeleted(knowledgeKeys.deletion(id));

export const useDeleteDocument = (id: string, onDeleted: () => void) =>
  useDeletion(
    {
      path: `/knowledge/documents/${id}`,
      mutationKey: knowledgeKeys.deletion(id),
      queryKey: knowledgeKeys.document(id),
      toldBy: knowledgeKeys.all,
    },
    onDeleted,
  );
