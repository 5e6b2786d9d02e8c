import { z } from 'zod';

import { BreakerState } from '../../contracts/breaker.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { Id } from '../../contracts/ids.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import type { PipelineNode } from '../../contracts/pipeline.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { pageOfAll } from '../presenters/page-of-all.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import { OnePipeline } from './pipelines.ts';

const OneBreaker = OnePipeline.extend({
  nodeId: z
    .string()
    .max(1_000)
    .describe('Of the node, with those of the maps around it in front: `each.call`'),
});

/** Circuit breakers of the nodes of a pipeline. */
export function breakerRoutes({ store }: Pick<ApiDependencies, 'store'>): Route[] {
  const breakersOf = async (idOrName: string): Promise<{ pipelineId: Id; breakers: BreakerState[] }> => {
    const { pipelineId, definition } = await store.pipelineVersions.getStartable(idOrName, undefined);
    const known = await store.breakers.listBreakers(pipelineId);
    const quiet = guardedIn(definition.nodes)
      .filter((nodeId) => known.every((breaker) => breaker.nodeId !== nodeId))
      .map((nodeId) => ({ nodeId, ...QUIET }));
    const breakers = [...known, ...quiet].toSorted((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
    return { pipelineId, breakers };
  };

  return [
    route(
      {
        method: 'get',
        path: '/pipelines/:id/breakers',
        summary: 'List the circuit breakers of the nodes of a pipeline',
        permission: 'breakers:read',
        params: OnePipeline,
        query: PageQuery,
        response: pageOf(BreakerState),
      },
      async ({ params, query }) => ({ body: pageOfAll((await breakersOf(params.id)).breakers, query) }),
    ),
    route(
      {
        method: 'post',
        path: '/pipelines/:id/breakers/:nodeId/reset',
        summary: 'Close a circuit breaker at once; asking again changes nothing',
        permission: 'breakers:reset',
        params: OneBreaker,
        response: BreakerState,
      },
      async ({ params: { id, nodeId } }) => {
        const { pipelineId, breakers } = await breakersOf(id);
        if (breakers.every((breaker) => breaker.nodeId !== nodeId))
          throw new GatheringFailure('NotFound', 'The pipeline has no such node with a circuit breaker.');
        await store.breakers.resetBreaker(pipelineId, nodeId);
        return { body: { nodeId, ...QUIET } };
      },
    ),
  ];
}

const QUIET = { state: 'closed', failures: 0, openedAt: null, trialAt: null } as const;

/** Nodes with a circuit breaker, by their paths; those of the maps too, and none of another pipeline. */
function guardedIn(nodes: readonly PipelineNode[], prefix = ''): string[] {
  return nodes.flatMap((node) => [
    ...(node.circuitBreaker === undefined ? [] : [prefix + node.id]),
    ...(node.type === 'map' ? guardedIn(node.config.pipeline?.nodes ?? [], `${prefix}${node.id}.`) : []),
  ]);
}
