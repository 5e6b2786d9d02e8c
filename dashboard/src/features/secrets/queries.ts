import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { pageOf } from '../../../../contracts/page.ts';
import { SecretSummary } from '../../../../contracts/secret.ts';
import type { Api } from '../../lib/api-client.ts';
import { useApi } from '../../lib/services.tsx';

const SecretPage = pageOf(SecretSummary);
const key = ['secrets'] as const;

export const secretsQuery = (api: Api) =>
  queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => api.get('/secrets', SecretPage, { query: { limit: 200 }, signal }),
  });

export function usePutSecret() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, value }: { name: string; value: string }) =>
      api.send('PUT', `/secrets/${name}`, { body: { value } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

/** `onDeleted` is called even when the secret's row is gone by then. */
export function useDeleteSecret(onDeleted: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => api.send('DELETE', `/secrets/${name}`),
    onSuccess: () => {
      onDeleted();
      return queries.invalidateQueries({ queryKey: key });
    },
  });
}
