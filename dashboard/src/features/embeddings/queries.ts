import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import {
  type ChangeEmbeddingModel,
  EmbeddingModels,
  EmbeddingSpace,
} from '../../../../contracts/embedding.ts';
import type { Api } from '../../lib/api-client.ts';
import { useApi } from '../../lib/services.tsx';

const key = ['embeddings'] as const;
/** Nobody tells of this progress; while there is any, it is asked for. */
const FILLING_MS = 2_000;

export const embeddingsQuery = (api: Api) =>
  queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => api.get('/embeddings', EmbeddingModels, { signal }),
    refetchInterval: ({ state }) => (state.data?.spaces.some(isMoving) === true ? FILLING_MS : false),
  });

const isMoving = ({ status, progress: { embedded, total } }: EmbeddingSpace): boolean =>
  status === 'building' || (status === 'active' && embedded < total);

export function useChangeModel() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ChangeEmbeddingModel) => api.post('/embeddings/change', EmbeddingSpace, { body }),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
}

/** What can be asked of a space that is being filled. */
export type Verb = 'pause' | 'resume' | 'cancel';

export function useSteerSpace(id: number) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (verb: Verb) => api.post(`/embeddings/${id}/${verb}`, EmbeddingSpace),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
}
