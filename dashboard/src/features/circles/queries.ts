import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { Circle, type CreateCircle, type MemberKind, type MemberRole } from '../../../../contracts/circle.ts';
import type { Api } from '../../lib/api-client.ts';
import { useApi } from '../../lib/services.tsx';

const circleKeys = {
  all: ['circles'] as const,
  circle: (id: string) => ['circles', 'circle', id] as const,
};

export const circleQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: circleKeys.circle(id),
    queryFn: ({ signal }) => api.get(`/circles/${id}`, Circle, { signal }),
  });

/** Makes a circle, or changes the given one if nobody else has since. `onSaved` is called even when its form is gone by then. */
export function useSaveCircle(circle: Circle | null, onSaved: (saved: Circle) => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, idempotencyKey }: { body: CreateCircle; idempotencyKey: string }) =>
      circle === null
        ? api.post('/circles', Circle, { body, idempotencyKey })
        : api.put(`/circles/${circle.id}`, Circle, { body, ifMatch: circle.version }),
    onSuccess: (saved) => {
      queries.setQueryData(circleKeys.circle(saved.id), saved);
      void queries.invalidateQueries({ queryKey: circleKeys.all });
      onSaved(saved);
    },
  });
}

export function useDeleteCircle(circle: Circle, onDeleted: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.send('DELETE', `/circles/${circle.id}`, { ifMatch: circle.version }),
    onSuccess: () => {
      onDeleted();
      queries.removeQueries({ queryKey: circleKeys.circle(circle.id) });
      return queries.invalidateQueries({ queryKey: circleKeys.all });
    },
  });
}

/** Adds somebody, or gives them another role. */
export function usePutMember(circleId: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, kind, role }: { id: string; kind: MemberKind; role: MemberRole }) =>
      api.put(`/circles/${circleId}/members/${encodeURIComponent(id)}`, Circle, { body: { kind, role } }),
    onSuccess: (circle) => queries.setQueryData(circleKeys.circle(circleId), circle),
    onSettled: () => queries.invalidateQueries({ queryKey: circleKeys.all }),
  });
}

export function useRemoveMember(circleId: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.send('DELETE', `/circles/${circleId}/members/${encodeURIComponent(id)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: circleKeys.all }),
  });
}
