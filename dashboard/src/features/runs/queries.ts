import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';

import { DashboardConfig } from '../../../../contracts/config.ts';
import { StoredEvent } from '../../../../contracts/event.ts';
import type { JsonObject } from '../../../../contracts/json.ts';
import { pageOf } from '../../../../contracts/page.ts';
import { RestartedRuns } from '../../../../contracts/restart.ts';
import { isTerminal, Run, RunNode, RunStarted, RunStatus, RunSummary } from '../../../../contracts/run.ts';
import type { Api } from '../../lib/api-client.ts';
import { useApi } from '../../lib/services.tsx';
import { queryOf, type RunFilters } from './filters.ts';
import { historyOf, type TurnTexts } from './live.ts';

const NO_TEXTS: TurnTexts = {};
const RunPage = pageOf(RunSummary);
const EventPage = z.object({ items: z.array(StoredEvent) });

export const runKeys = {
  all: ['runs'] as const,
  lists: ['runs', 'list'] as const,
  list: (filters: RunFilters) => ['runs', 'list', filters] as const,
  recent: ['runs', 'list', 'recent'] as const,
  run: (id: string) => ['runs', 'run', id] as const,
  node: (id: string, path: string, iteration: string) => ['runs', 'node', id, path, iteration] as const,
  texts: (id: string) => ['runs', 'texts', id] as const,
  history: (id: string) => ['runs', 'history', id] as const,
};

export const runsQuery = (api: Api, filters: RunFilters) =>
  infiniteQueryOptions({
    queryKey: runKeys.list(filters),
    queryFn: ({ pageParam, signal }) =>
      api.get('/runs', RunPage, {
        query: { ...queryOf(filters), cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

/** The newest few, for Home and the palette. */
export const recentRunsQuery = (api: Api) =>
  queryOptions({
    queryKey: runKeys.recent,
    queryFn: ({ signal }) => api.get('/runs', RunPage, { query: { limit: 8 }, signal }),
  });

export const runQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: runKeys.run(id),
    queryFn: async ({ signal, client }) => {
      const fetched = await api.get(`/runs/${id}`, Run, { query: { outputs: 'small' }, signal });
      const held = client.getQueryData<Run>(runKeys.run(id));
      // Events that arrived while the answer was on its way are newer than it.
      return held !== undefined && held.sequence > fetched.sequence ? held : fetched;
    },
    // An ended run never changes.
    staleTime: ({ state }) =>
      state.data !== undefined && isTerminal(state.data.status) ? Number.POSITIVE_INFINITY : 0,
  });

/** One node with its input and its whole output. */
export const runNodeQuery = (api: Api, id: string, path: string, iteration: string) =>
  queryOptions({
    queryKey: runKeys.node(id, path, iteration),
    queryFn: ({ signal }) => api.get(`/runs/${id}/nodes/${path}`, RunNode, { query: { iteration }, signal }),
  });

/** Texts that agents are writing; comes from the live connection alone. */
export const turnTextsQuery = (id: string) =>
  queryOptions({
    queryKey: runKeys.texts(id),
    queryFn: ({ client }) => client.getQueryData<TurnTexts>(runKeys.texts(id)) ?? NO_TEXTS,
    staleTime: Number.POSITIVE_INFINITY,
  });

const EVENTS_AT_ONCE = 200;

/** Failed attempts that were followed by another one, and until when nodes wait; read from the run's events. */
export const historyQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: runKeys.history(id),
    queryFn: async ({ signal }) => {
      const events: StoredEvent[] = [];
      for (let after = 0; ;) {
        const page = await api.get(`/runs/${id}/events`, EventPage, {
          query: { after, limit: EVENTS_AT_ONCE },
          signal,
        });
        events.push(...page.items);
        if (page.items.length < EVENTS_AT_ONCE) return historyOf(events);
        after = page.items.at(-1)?.sequence ?? after + EVENTS_AT_ONCE;
      }
    },
  });

export const configQuery = (api: Api) =>
  queryOptions({
    queryKey: ['config'],
    queryFn: ({ signal }) => api.get('/config', DashboardConfig, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Asks the engine to stop a run; it is canceled once its running nodes have stopped. */
export function useCancelRun(id: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.post(`/runs/${id}/cancel`, z.looseObject({ status: RunStatus.optional() })),
    onSettled: () => queries.invalidateQueries({ queryKey: runKeys.run(id) }),
  });
}

/** Lets a run stop where it is, or go on: what runs ends, nothing else begins. */
export function usePauseRun(id: string, verb: 'pause' | 'resume') {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.post(`/runs/${id}/${verb}`, RunStarted),
    onSettled: () => queries.invalidateQueries({ queryKey: runKeys.run(id) }),
  });
}

interface Fork {
  body: JsonObject;
  /** The same for each try of one submission, so that it starts one run. */
  idempotencyKey: string;
}

export function useForkRun(id: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, idempotencyKey }: Fork) =>
      api.post(`/runs/${id}/fork`, RunStarted, { body, idempotencyKey }),
    onSuccess: () => queries.invalidateQueries({ queryKey: runKeys.lists }),
  });
}

/** Gives a run other tags. */
export function useTagRun(id: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (tags: readonly string[]) => api.patch(`/runs/${id}`, RunSummary, { body: { tags } }),
    onSuccess: ({ tags }) => {
      queries.setQueryData<Run>(runKeys.run(id), (held) => held && { ...held, tags });
      return queries.invalidateQueries({ queryKey: runKeys.lists });
    },
  });
}

/** As many as one call restarts. */
export const RESTARTED_AT_MOST = 200;

/** The runs that fit, as many as one restart takes. */
export const restartableQuery = (api: Api, filters: RunFilters) =>
  queryOptions({
    queryKey: ['runs', 'restartable', filters],
    queryFn: ({ signal }) =>
      api.get('/runs', RunPage, { query: { ...queryOf(filters), limit: RESTARTED_AT_MOST }, signal }),
    staleTime: 0,
  });

export function useRestartRuns() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ filters, idempotencyKey }: { filters: RunFilters; idempotencyKey: string }) =>
      api.post('/runs/restart', RestartedRuns, { body: { filter: queryOf(filters) }, idempotencyKey }),
    onSettled: () => queries.invalidateQueries({ queryKey: runKeys.all }),
  });
}

export function useDeleteRun(id: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.send('DELETE', `/runs/${id}`),
    onSettled: () => queries.invalidateQueries({ queryKey: runKeys.lists }),
  });
}

/** The newest runs of one pipeline, to choose from. */
export const siblingRunsQuery = (api: Api, pipelineId: string) =>
  queryOptions({
    queryKey: [...runKeys.lists, 'of', pipelineId],
    queryFn: ({ signal }) => api.get('/runs', RunPage, { query: { pipelineId, limit: 100 }, signal }),
  });
