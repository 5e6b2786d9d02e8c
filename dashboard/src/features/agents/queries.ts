import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';

import {
  Agent,
  type CreateAgent,
  Persona,
  type PreviewPrompt,
  PromptPreview,
} from '../../../../contracts/agent.ts';
import { AgentSession, CostRow } from '../../../../contracts/ledger.ts';
import { ProviderStatus } from '../../../../contracts/model.ts';
import { pageOf } from '../../../../contracts/page.ts';
import { Tool } from '../../../../contracts/tool.ts';
import type { Api } from '../../lib/api-client.ts';
import { useApi } from '../../lib/services.tsx';

const AgentPage = pageOf(Agent);

const agentKeys = {
  all: ['agents'] as const,
  agent: (id: string) => ['agents', 'agent', id] as const,
};

export const agentsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['agents', 'list'],
    queryFn: ({ signal }) => api.get('/agents', AgentPage, { query: { limit: 200 }, signal }),
  });

export const agentQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: agentKeys.agent(id),
    queryFn: ({ signal }) => api.get(`/agents/${id}`, Agent, { signal }),
  });

export const providersQuery = (api: Api) =>
  queryOptions({
    queryKey: ['providers'],
    queryFn: async ({ signal }) =>
      (await api.get('/providers', z.object({ items: z.array(ProviderStatus) }), { signal })).items,
  });

export const toolsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['tools'],
    queryFn: async ({ signal }) =>
      (await api.get('/tools', z.object({ items: z.array(Tool) }), { signal })).items,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const personasQuery = (api: Api) =>
  queryOptions({
    queryKey: ['personas'],
    queryFn: async ({ signal }) =>
      (await api.get('/personas', pageOf(Persona), { query: { limit: 200 }, signal })).items,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const promptPreviewQuery = (api: Api, voice: PreviewPrompt) =>
  queryOptions({
    queryKey: ['agents', 'prompt-preview', voice],
    queryFn: ({ signal }) => api.post('/agents/prompt-preview', PromptPreview, { body: voice, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

/** What is under way changes by itself. */
const SESSIONS_EVERY_MS = 5_000;

export const sessionsQuery = (api: Api, id: string) =>
  infiniteQueryOptions({
    queryKey: ['agents', 'sessions', id],
    queryFn: ({ pageParam, signal }) =>
      api.get(`/agents/${id}/sessions`, pageOf(AgentSession), {
        query: { limit: 30, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // The first page has no cursor.
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: SESSIONS_EVERY_MS,
  });

/** What an agent used, by model or by day; the newest day first. */
export const agentCostsQuery = (api: Api, agentId: string, by: 'model' | 'day') =>
  queryOptions({
    queryKey: ['agents', 'costs', agentId, by],
    queryFn: async ({ signal }) =>
      (await api.get('/costs', pageOf(CostRow), { query: { by, agentId, limit: 60 }, signal })).items,
  });

/** Makes an agent, or changes the given one if nobody else has since. `onSaved` is called even when its form is gone by then. */
export function useSaveAgent(agent: Agent | null, onSaved: (saved: Agent) => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateAgent & { idempotencyKey: string }) => {
      const { idempotencyKey, ...fields } = body;
      return agent === null
        ? api.post('/agents', Agent, { body: fields, idempotencyKey })
        : api.put(`/agents/${agent.id}`, Agent, { body: fields, ifMatch: agent.version });
    },
    onSuccess: (saved) => {
      onSaved(saved);
      queries.setQueryData(agentKeys.agent(saved.id), saved);
      return queries.invalidateQueries({ queryKey: agentKeys.all });
    },
  });
}

export function useDeleteAgent(agent: Agent, onDeleted: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.send('DELETE', `/agents/${agent.id}`, { ifMatch: agent.version }),
    onSuccess: () => {
      onDeleted();
      queries.removeQueries({ queryKey: agentKeys.agent(agent.id) });
      return queries.invalidateQueries({ queryKey: agentKeys.all });
    },
  });
}
