import { z } from 'zod';

import { pageOf, PageQuery } from '../../contracts/page.ts';
import { Pipeline, PipelineDefinition, PipelineSummary } from '../../contracts/pipeline.ts';
import { createDefinitionCheck } from '../check-definition.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { etagOf } from '../middleware/if-match.ts';
import { made } from '../presenters/made.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

export const OnePipeline = z.object({ id: z.string().describe('Id, or unique name') });
export const tagged = (pipeline: Pipeline) => ({ etag: etagOf(pipeline.revision) });

/** Taken as it is: the check names more than the contract could. */
export const UncheckedDefinition = {
  body: z.unknown(),
  documentedBody: PipelineDefinition,
  maxBodyBytes: 2 * 1024 * 1024,
  uniqueKeys: true,
} as const;
const ListQuery = PageQuery.extend({ q: z.string().max(200).optional().describe('Part of the name') });

/** Drafts of pipelines; their versions stand in `pipeline-versions.ts`. */
export function pipelineRoutes({
  store,
  validation,
  catalogue,
}: Pick<ApiDependencies, 'store' | 'validation' | 'catalogue'>): Route[] {
  const check = createDefinitionCheck({ store, validation, catalogue });
  return [
    route(
      {
        method: 'get',
        path: '/pipelines',
        summary: 'List pipelines',
        permission: 'pipelines:read',
        query: ListQuery,
        response: pageOf(PipelineSummary),
      },
      async ({ query }) => ({ body: await store.pipelines.listPipelines(query) }),
    ),
    route(
      {
        method: 'post',
        path: '/pipelines',
        summary: 'Make a pipeline and publish it as version 1',
        permission: 'pipelines:create',
        ...UncheckedDefinition,
        response: Pipeline,
        status: 201,
        idempotent: true,
      },
      async ({ body, caller, claim }) => {
        const once = await store.idempotency.orEarlier(claim, async () => {
          const definition = await check.require(body, caller.user.id);
          return store.idempotency.once(claim, ({ pipelines }, id) =>
            pipelines.insertPipeline(definition, id),
          );
        });
        return made(once, (id) => store.pipelines.findPipeline(id), tagged);
      },
    ),
    route(
      {
        method: 'get',
        path: '/pipelines/:id',
        summary: 'Get a pipeline with its draft',
        permission: 'pipelines:read',
        params: OnePipeline,
        response: Pipeline,
      },
      async ({ params }) => {
        const pipeline = await store.pipelines.getPipeline(params.id);
        return { body: pipeline, headers: tagged(pipeline) };
      },
    ),
    route(
      {
        method: 'put',
        path: '/pipelines/:id',
        summary: 'Change the draft; runs go on using the published version',
        permission: 'pipelines:update',
        params: OnePipeline,
        ...UncheckedDefinition,
        response: Pipeline,
        conditional: true,
      },
      async ({ params, body, caller, expected }) => {
        const { id } = await store.pipelines.getPipeline(params.id);
        const definition = await check.require(body, caller.user.id, id);
        const pipeline = await store.pipelines.updateDraft(id, definition, expected);
        return { body: pipeline, headers: tagged(pipeline) };
      },
    ),
    route(
      {
        method: 'delete',
        path: '/pipelines/:id',
        summary: 'Delete a pipeline and its versions; its runs stay',
        permission: 'pipelines:delete',
        params: OnePipeline,
        conditional: true,
      },
      async ({ params, expected }) => {
        const { id } = await store.pipelines.getPipeline(params.id);
        await store.pipelines.deletePipeline(id, expected);
        return {};
      },
    ),
  ];
}
