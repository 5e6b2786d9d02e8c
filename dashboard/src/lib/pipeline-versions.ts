import { queryOptions } from '@tanstack/react-query';

import { pageOf } from '../../../contracts/page.ts';
import { PipelineVersion } from '../../../contracts/pipeline.ts';
import type { Api } from './api-client.ts';

const VersionPage = pageOf(PipelineVersion.omit({ definition: true }));

/** The published versions of a pipeline, the newest first. */
export const versionsQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['pipelines', 'versions', id],
    queryFn: ({ signal }) =>
      api.get(`/pipelines/${id}/versions`, VersionPage, { query: { limit: 200 }, signal }),
  });

/** What a run is started from and how it begins: the definition of one published version never changes. */
export const versionQuery = (api: Api, id: string, version: number) =>
  queryOptions({
    queryKey: ['pipelines', 'version', id, version],
    queryFn: ({ signal }) => api.get(`/pipelines/${id}/versions/${version}`, PipelineVersion, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
