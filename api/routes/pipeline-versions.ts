import { z } from 'zod';

import { pageOf, PageQuery } from '../../contracts/page.ts';
import { Pipeline, PipelineVersion } from '../../contracts/pipeline.ts';
import { createDefinitionCheck } from '../check-definition.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { expectedVersionOf } from '../middleware/if-match.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import { OnePipeline, tagged } from './pipelines.ts';

/** Postgres' largest integer: a version beyond it is absent like any other that there never was. */
const MAX_VERSION = 2_147_483_647;
/** Any text that is no version is the number of none. */
export const VersionNumber = z
  .string()
  .transform((text) => (/^\d{1,10}$/.test(text) && Number(text) <= MAX_VERSION ? Number(text) : 0))
  .describe('Number of a version');
const Entry = PipelineVersion.omit({ definition: true });

export function pipelineVersionRoutes({
  store,
  validation,
  catalogue,
}: Pick<ApiDependencies, 'store' | 'validation' | 'catalogue'>): Route[] {
  const check = createDefinitionCheck({ store, validation, catalogue });
  return [
    route(
      {
        method: 'post',
        path: '/pipelines/:id/publish',
        summary: 'Make the draft the next version, which new runs use',
        permission: 'pipelines:update',
        params: OnePipeline,
        response: Pipeline,
        idempotent: true,
      },
      async ({ params, caller, request, claim }) => {
        const { id, revision, definition } = await store.pipelines.getPipeline(params.id);
        const once = await store.idempotency.orEarlier(claim, async () => {
          await check.require(definition, caller.user.id, id);
          // What was checked is what is published, even where somebody edits it at the same moment.
          const wanted = request.get('if-match') === undefined ? 'any' : expectedVersionOf(request);
          return store.idempotency.once(claim, ({ pipelines }) =>
            pipelines.publishDraft(id, wanted === 'any' ? revision : wanted),
          );
        });
        const pipeline = once.replayed ? await store.pipelines.getPipeline(id) : once.value;
        return { body: pipeline, headers: tagged(pipeline), replayed: once.replayed };
      },
    ),
    route(
      {
        method: 'get',
        path: '/pipelines/:id/versions',
        summary: 'List the published versions',
        permission: 'pipelines:read',
        params: OnePipeline,
        query: PageQuery.extend({ cursor: z.coerce.number().int().min(1).max(MAX_VERSION).optional() }),
        response: pageOf(Entry),
      },
      async ({ params, query: { limit, cursor } }) => {
        const { id } = await store.pipelines.getPipeline(params.id);
        const versions = await store.pipelineVersions.listVersions(id, {
          limit: limit + 1,
          before: cursor ?? null,
        });
        const items = versions.slice(0, limit);
        const last = items.at(-1);
        const more = versions.length > limit && last !== undefined;
        return { body: { items, nextCursor: more ? String(last.version) : null } };
      },
    ),
    route(
      {
        method: 'get',
        path: '/pipelines/:id/versions/:version',
        summary: 'Get what was published as a version',
        permission: 'pipelines:read',
        params: OnePipeline.extend({ version: VersionNumber }),
        response: PipelineVersion,
      },
      async ({ params }) => {
        const { id } = await store.pipelines.getPipeline(params.id);
        return { body: await store.pipelineVersions.getVersion(id, params.version) };
      },
    ),
  ];
}
