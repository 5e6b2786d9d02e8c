import { z } from 'zod';

import { ExpressionPreview, PreviewExpression } from '../../contracts/expression-preview.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import { NodeKindDescription, Pipeline, PipelineValidation } from '../../contracts/pipeline.ts';
import { createDefinitionCheck } from '../check-definition.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { made } from '../presenters/made.ts';
import { describeNodeKinds } from '../presenters/node-kinds.ts';
import { pageOfAll } from '../presenters/page-of-all.ts';
import { definitionFromYaml, definitionToYaml } from '../presenters/pipeline-yaml.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import { OnePipeline, tagged, UncheckedDefinition } from './pipelines.ts';

/** What one writes pipelines with. */
export function pipelineToolRoutes({
  store,
  validation,
  catalogue,
  previewer,
}: Pick<ApiDependencies, 'store' | 'validation' | 'catalogue' | 'previewer'>): Route[] {
  const check = createDefinitionCheck({ store, validation, catalogue });
  const kinds = describeNodeKinds();
  return [
    route(
      {
        method: 'post',
        path: '/pipelines/validate',
        summary: 'Say what is wrong with a definition; nothing is stored',
        permission: 'pipelines:read',
        ...UncheckedDefinition,
        response: PipelineValidation,
      },
      async ({ body, caller }) => {
        const checked = await check.check(body, caller.user.id);
        return { body: { valid: checked.ok, problems: checked.ok ? [] : checked.problems } };
      },
    ),
    route(
      {
        method: 'post',
        path: '/pipelines/preview-expression',
        summary: 'Compute an expression or a template on sample data; nothing is stored',
        permission: 'pipelines:update',
        body: PreviewExpression,
        maxBodyBytes: UncheckedDefinition.maxBodyBytes,
        response: ExpressionPreview,
      },
      async ({ body, closed }) => ({ body: await previewer.preview(body, closed()) }),
    ),
    route(
      {
        method: 'get',
        path: '/pipelines/node-kinds',
        summary: 'List the kinds of nodes, with the JSON Schema of their configuration and their ports',
        permission: 'pipelines:read',
        query: PageQuery,
        response: pageOf(NodeKindDescription),
      },
      ({ query }) => ({ body: pageOfAll(kinds, query) }),
    ),
    route(
      {
        method: 'post',
        path: '/pipelines/import',
        summary: 'Make a pipeline from YAML and publish it as version 1',
        permission: 'pipelines:create',
        body: z.string(),
        consumes: 'application/yaml',
        maxBodyBytes: UncheckedDefinition.maxBodyBytes,
        response: Pipeline,
        status: 201,
        idempotent: true,
      },
      async ({ body, caller, claim }) => {
        const once = await store.idempotency.orEarlier(claim, async () => {
          const definition = await check.require(definitionFromYaml(body), caller.user.id);
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
        path: '/pipelines/:id/export',
        summary: 'Get the draft as YAML',
        permission: 'pipelines:read',
        params: OnePipeline,
        produces: 'application/yaml',
      },
      async ({ params }) => {
        const pipeline = await store.pipelines.getPipeline(params.id);
        return {
          write: (response) => {
            for (const [name, value] of Object.entries(tagged(pipeline))) response.setHeader(name, value);
            response.attachment(`${pipeline.name}.yaml`).type('application/yaml; charset=utf-8');
            response.end(definitionToYaml(pipeline.definition));
          },
        };
      },
    ),
  ];
}
