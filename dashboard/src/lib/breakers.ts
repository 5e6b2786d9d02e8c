import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';

import { BreakerState } from '../../../contracts/breaker.ts';
import { pageOf } from '../../../contracts/page.ts';
import type { SubPipeline } from '../../../contracts/pipeline.ts';
import type { Api } from './api-client.ts';
import { useMay } from './policy.ts';
import { useApi } from './services.tsx';

const BreakerPage = pageOf(BreakerState);
const keyOf = (pipelineId: string) => ['breakers', pipelineId] as const;
/** Breakers open and close without an event: those that are not closed are asked for again. */
const AGAIN_MS = 5_000;

/** How the circuit breakers of a pipeline's nodes stand. */
export const breakersQuery = (api: Api, pipelineId: string) =>
  queryOptions({
    queryKey: keyOf(pipelineId),
    queryFn: ({ signal }) =>
      api.get(`/pipelines/${pipelineId}/breakers`, BreakerPage, { query: { limit: 200 }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ state: breaker }) => breaker !== 'closed') === true ? AGAIN_MS : false,
  });

/** Closes a breaker at once. */
export function useResetBreaker(pipelineId: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (nodeId: string) =>
      api.post(`/pipelines/${pipelineId}/breakers/${nodeId}/reset`, BreakerState),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf(pipelineId) }),
  });
}

const NONE: ReadonlyMap<string, BreakerState> = new Map();

/** The circuit breakers of a pipeline by the paths of their nodes; none while they are not known, or where none stands guard. */
export function useBreakers(pipelineId: string, definition: SubPipeline): ReadonlyMap<string, BreakerState> {
  const enabled = useMay('breakers:read') && isGuarded(definition);
  const { data } = useQuery({ ...breakersQuery(useApi(), pipelineId), enabled });
  return useMemo(
    () => (data === undefined ? NONE : new Map(data.items.map((breaker) => [breaker.nodeId, breaker]))),
    [data],
  );
}

/** Whether a node of a graph, or of a map inside it, has a circuit breaker. */
const isGuarded = ({ nodes }: SubPipeline): boolean =>
  nodes.some(
    (node) =>
      node.circuitBreaker !== undefined ||
      (node.type === 'map' && node.config.pipeline !== undefined && isGuarded(node.config.pipeline)),
  );

/** What is said on a node whose breaker is not closed. */
export const breakerMarks = (breakers: ReadonlyMap<string, BreakerState>): ReadonlyMap<string, string> =>
  new Map(
    [...breakers.values()].flatMap(({ nodeId, state }) =>
      state === 'closed' ? [] : [[nodeId, state === 'open' ? 'Breaker open' : 'Breaker half open'] as const],
    ),
  );
