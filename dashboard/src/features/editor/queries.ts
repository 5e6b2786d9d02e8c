import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';

import { Agent } from '../../../../contracts/agent.ts';
import { CircleSummary } from '../../../../contracts/circle.ts';
import { ExpressionPreview, type PreviewExpression } from '../../../../contracts/expression-preview.ts';
import type { Json } from '../../../../contracts/json.ts';
import { pageOf } from '../../../../contracts/page.ts';
import {
  NodeKindDescription,
  Pipeline,
  PipelineSummary,
  PipelineValidation,
  PipelineVersion,
} from '../../../../contracts/pipeline.ts';
import { Run } from '../../../../contracts/run.ts';
import { SecretSummary } from '../../../../contracts/secret.ts';
import { Tool } from '../../../../contracts/tool.ts';
import type { Api } from '../../lib/api-client.ts';
import type { Draft } from './model/draft.ts';

/** What the editor loads. Keys of pipelines are those of the whole dashboard: what is saved here is seen there. */
export const pipelineKey = (id: string) => ['pipelines', 'pipeline', id] as const;
export const PIPELINES_KEY = ['pipelines'] as const;

/** Always as it is now: an old draft would be a conflict at once. */
export const pipelineToEditQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['editor', 'pipeline', id],
    queryFn: ({ signal }) => api.get(`/pipelines/${id}`, Pipeline, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export const kindsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['editor', 'kinds'],
    queryFn: async ({ signal }) =>
      (await api.get('/pipelines/node-kinds', pageOf(NodeKindDescription), { query: { limit: 200 }, signal }))
        .items,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const agentNamesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['agents', 'editor'],
    queryFn: async ({ signal }) =>
      (
        await api.get('/agents', pageOf(Agent.pick({ id: true, name: true, role: true })), {
          query: { limit: 200 },
          signal,
        })
      ).items,
  });

export const circleNamesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['circles', 'editor'],
    queryFn: async ({ signal }) =>
      (
        await api.get('/circles', pageOf(CircleSummary.pick({ id: true, name: true, agents: true })), {
          query: { limit: 200 },
          signal,
        })
      ).items,
  });

export const otherPipelinesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['pipelines', 'list', 'editor'],
    queryFn: async ({ signal }) =>
      (await api.get('/pipelines', pageOf(PipelineSummary), { query: { limit: 200 }, signal })).items,
  });

export const secretNamesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['secrets', 'editor'],
    queryFn: async ({ signal }) =>
      (
        await api.get('/secrets', z.object({ items: z.array(SecretSummary) }), {
          query: { limit: 200 },
          signal,
        })
      ).items.map(({ name }) => name),
  });

export const toolNamesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['tools', 'editor'],
    queryFn: async ({ signal }) =>
      (await api.get('/tools', z.object({ items: z.array(Tool) }), { signal })).items,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const versionsOfQuery = (api: Api, id: string | null) =>
  queryOptions({
    queryKey: ['pipelines', 'versions', id, 'editor'],
    queryFn: async ({ signal }) =>
      (
        await api.get(`/pipelines/${id ?? ''}/versions`, pageOf(PipelineVersion.pick({ version: true })), {
          query: { limit: 200 },
          signal,
        })
      ).items.map(({ version }) => version),
    enabled: id !== null,
  });

export const publishedQuery = (api: Api, id: string, version: number) =>
  queryOptions({
    queryKey: ['pipelines', 'version', id, version],
    queryFn: ({ signal }) => api.get(`/pipelines/${id}/versions/${version}`, PipelineVersion, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const validationQuery = (api: Api, draft: Draft) =>
  queryOptions({
    queryKey: ['editor', 'validation', draft],
    queryFn: async ({ signal }) => ({
      draft,
      problems: (await api.post('/pipelines/validate', PipelineValidation, { body: draft, signal })).problems,
    }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

/** The latest run that completed, with what its nodes put out. */
export const recordedRunQuery = (api: Api, pipelineId: string | null) =>
  queryOptions({
    queryKey: ['editor', 'recorded', pipelineId],
    queryFn: async ({ signal }) => {
      const page = await api.get('/runs', pageOf(Run.pick({ id: true })), {
        query: { pipelineId: pipelineId ?? '', status: 'completed', limit: 1 },
        signal,
      });
      const [latest] = page.items;
      return latest === undefined
        ? null
        : api.get(`/runs/${latest.id}`, Run, { query: { outputs: 'small' }, signal });
    },
    enabled: pipelineId !== null,
    staleTime: 60_000,
  });

export const previewQuery = (api: Api, asked: PreviewExpression | null) =>
  queryOptions({
    queryKey: ['editor', 'preview', asked],
    queryFn: ({ signal }) =>
      api.post('/pipelines/preview-expression', ExpressionPreview, { body: asked, signal }),
    enabled: asked !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 120_000,
  });

/** The value of a preview that came to one, else null. */
export const valueOfPreview = (preview: ExpressionPreview): Json => (preview.ok ? preview.value : null);
