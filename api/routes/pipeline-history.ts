import { z } from 'zod';

import { Pipeline, type PipelineDefinition } from '../../contracts/pipeline.ts';
import { PipelineDiff } from '../../contracts/pipeline-diff.ts';
import { diffDefinitions } from '../../platform/pipeline/diff-definitions.ts';
import { createDefinitionCheck } from '../check-definition.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import { VersionNumber } from './pipeline-versions.ts';
import { OnePipeline, tagged } from './pipelines.ts';

const Side = z.union([z.literal('draft'), VersionNumber]).describe('Number of a version, or `draft`');

/** What became of a pipeline, and how it gets back to what it was. */
export function pipelineHistoryRoutes({
  store,
  validation,
  catalogue,
}: Pick<ApiDependencies, 'store' | 'validation' | 'catalogue'>): Route[] {
  const check = createDefinitionCheck({ store, validation, catalogue });

  const definitionOf = async (
    pipeline: Pipeline,
    side: z.output<typeof Side>,
  ): Promise<PipelineDefinition> =>
    side === 'draft'
      ? pipeline.definition
      : (await store.pipelineVersions.getVersion(pipeline.id, side)).definition;

  return [
    route(
      {
        method: 'get',
        path: '/pipelines/:id/versions/:before/diff/:after',
        summary: 'Say what is between two versions',
        permission: 'pipelines:read',
        params: OnePipeline.extend({ before: Side, after: Side }),
        response: PipelineDiff,
      },
      async ({ params: { id, before, after } }) => {
        const pipeline = await store.pipelines.getPipeline(id);
        const definitions = [
          await definitionOf(pipeline, before),
          await definitionOf(pipeline, after),
        ] as const;
        return { body: { before, after, ...diffDefinitions(...definitions) } };
      },
    ),
    route(
      {
        method: 'post',
        path: '/pipelines/:id/versions/:version/restore',
        summary: 'Roll back: make an earlier version the draft, and publish it as the next version',
        permission: 'pipelines:update',
        params: OnePipeline.extend({ version: VersionNumber }),
        response: Pipeline,
        idempotent: true,
        conditional: true,
      },
      async ({ params: { id: idOrName, version }, caller, expected, claim }) => {
        const { id } = await store.pipelines.getPipeline(idOrName);
        const once = await store.idempotency.orEarlier(claim, async () => {
          const { definition } = await store.pipelineVersions.getVersion(id, version);
          await check.require(definition, caller.user.id, id);
          return store.idempotency.once(claim, ({ pipelines }) =>
            pipelines.restoreVersion(id, version, expected),
          );
        });
        const pipeline = once.replayed ? await store.pipelines.getPipeline(id) : once.value;
        return { body: pipeline, headers: tagged(pipeline), replayed: once.replayed };
      },
    ),
  ];
}
