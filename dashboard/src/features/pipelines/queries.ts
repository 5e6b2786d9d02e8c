import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';

import type { JsonObject } from '../../../../contracts/json.ts';
import { pageOf } from '../../../../contracts/page.ts';
import { Pipeline, PipelineSummary } from '../../../../contracts/pipeline.ts';
import { PipelineDiff } from '../../../../contracts/pipeline-diff.ts';
import { Run, RunStarted } from '../../../../contracts/run.ts';
import type { Api } from '../../lib/api-client.ts';
import { useApi } from '../../lib/services.tsx';

const PipelinePage = pageOf(PipelineSummary);

export const pipelinesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['pipelines', 'list'],
    queryFn: ({ signal }) => api.get('/pipelines', PipelinePage, { query: { limit: 200 }, signal }),
  });

export const pipelineQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['pipelines', 'pipeline', id],
    queryFn: ({ signal }) => api.get(`/pipelines/${id}`, Pipeline, { signal }),
  });

/** The input of an earlier run, to begin with. */
export const earlierInputQuery = (api: Api, runId: string | null) =>
  queryOptions({
    queryKey: ['pipelines', 'earlier-input', runId],
    queryFn: async ({ signal }) =>
      (await api.get(`/runs/${runId ?? ''}`, z.object({ input: Run.shape.input }), { signal })).input,
    enabled: runId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });

interface Start {
  input: JsonObject;
  /** The same for each try of one submission, so that it starts one run. */
  idempotencyKey: string;
}

export function useStartRun(pipelineId: string) {
  const api = useApi();
  return useMutation({
    mutationFn: ({ input, idempotencyKey }: Start) =>
      api.post(`/pipelines/${pipelineId}/runs`, RunStarted, { body: { input }, idempotencyKey }),
  });
}

/** What is between two versions; each is a number or `draft`, and the draft changes with the pipeline's revision. */
export const versionDiffQuery = (api: Api, { id, revision }: Pipeline, before: string, after: string) =>
  queryOptions({
    queryKey: ['pipelines', 'diff', id, before, after, revision],
    queryFn: ({ signal }) =>
      api.get(`/pipelines/${id}/versions/${before}/diff/${after}`, PipelineDiff, { signal }),
  });

interface Restore {
  version: number;
  idempotencyKey: string;
}

/** Makes an earlier version the draft and publishes it as the next one. */
export function useRestoreVersion({ id, revision }: Pipeline) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, idempotencyKey }: Restore) =>
      api.post(`/pipelines/${id}/versions/${version}/restore`, Pipeline, {
        ifMatch: revision,
        idempotencyKey,
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['pipelines'] }),
  });
}
