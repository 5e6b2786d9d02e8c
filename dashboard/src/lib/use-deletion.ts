import { type QueryKey, useIsMutating, useMutation, useQueryClient } from '@tanstack/react-query';

import { useApi } from './services.tsx';

/** Whether something is being deleted here: then it is not asked for any more, though its end is told before it is answered. */
export const useIsBeingDeleted = (mutationKey: QueryKey): boolean => useIsMutating({ mutationKey }) > 0;

interface Deletion {
  path: string;
  mutationKey: QueryKey;
  /** Of what is deleted: it is taken out, not asked for again. */
  queryKey: QueryKey;
  /** Of everything that told of it. */
  toldBy: QueryKey;
}

/** Deletes something; `onDeleted` comes before anything is asked for again. */
export function useDeletion({ path, mutationKey, queryKey, toldBy }: Deletion, onDeleted: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationKey,
    mutationFn: () => api.send('DELETE', path),
    onSuccess: () => {
      onDeleted();
      queries.removeQueries({ queryKey });
      return queries.invalidateQueries({ queryKey: toldBy });
    },
  });
}
