import { z } from 'zod';

import {
  ChangeEmbeddingModel,
  type EmbeddingModel,
  EmbeddingModels,
  EmbeddingSpace,
} from '../../contracts/embedding.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { answeredWithin } from '../../store/memory/embed-in-time.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const OneSpace = z.object({
  id: z.coerce.number().int().min(1).max(32_767).describe('Of a space of embeddings'),
});

const STEPS = {
  pause: 'Pause the filling of a space of embeddings; the model in use goes on serving',
  resume:
    'Go on filling a space of embeddings that is paused, or has failed; of the one in use: try again what it lacks',
  cancel: 'Give up filling a space of embeddings, and delete what is in it',
} as const;

/** Which model the meaning of texts is found by, and its change. */
export function embeddingRoutes({
  store,
  embedders,
  memoryWaker,
}: Pick<ApiDependencies, 'store' | 'embedders' | 'memoryWaker'>): Route[] {
  const spaceOf = async (id: number): Promise<EmbeddingSpace> => {
    const space = (await store.spaces.listSpaces()).find((one) => one.id === id);
    if (space === undefined) throw new GatheringFailure('NotFound', 'There is no such space of embeddings.');
    return space;
  };
  const wake = (id: number): Promise<void> => memoryWaker.wakeNow({ kind: 'space', subject: String(id) });

  /** Asks the model for one vector: how long it is, and that its settings are right. @throws GatheringFailure */
  const measure = async (model: EmbeddingModel, signal: AbortSignal): Promise<number> => {
    const [vector] = await answeredWithin(MEASURE_WITHIN_MS, signal, (soon) =>
      embedders.embedderOf(model).embed(['How long is this vector?'], { signal: soon }),
    );
    const dimensions = vector?.length ?? 0;
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS)
      throw new GatheringFailure(
        'InvalidInput',
        `"${model.model}" gives vectors of ${dimensions} dimensions; the database finds those of 1 to ${MOST_DIMENSIONS}.`,
      );
    return dimensions;
  };

  return [
    route(
      {
        method: 'get',
        path: '/embeddings',
        summary: 'Show the embedding models: in use, being changed to, and available',
        permission: 'embeddings:read',
        response: EmbeddingModels,
      },
      async () => {
        await store.spaces.getActiveSpace();
        return { body: { spaces: await store.spaces.listSpaces(), available: embedders.list() } };
      },
    ),
    route(
      {
        method: 'post',
        path: '/embeddings/change',
        summary:
          'Change the embedding model: everything is embedded anew, and the old one serves until that is done',
        permission: 'embeddings:update',
        body: ChangeEmbeddingModel,
        response: EmbeddingSpace,
        status: 202,
      },
      async ({ body, caller, requestId, closed }) => {
        await store.spaces.getActiveSpace();
        const dimensions = await measure(body, closed());
        const id = await store.spacesChange.changeModel(
          { ...body, dimensions },
          { user: caller.user, requestId },
        );
        await wake(id);
        return { body: await spaceOf(id) };
      },
    ),
    ...(['pause', 'resume', 'cancel'] as const).map((step) =>
      route(
        {
          method: 'post',
          path: `/embeddings/:id/${step}`,
          summary: STEPS[step],
          permission: 'embeddings:update',
          params: OneSpace,
          response: EmbeddingSpace,
        },
        async ({ params: { id }, caller, requestId }) => {
          await store.spacesChange.stepSpace(id, step, { user: caller.user, requestId });
          await wake(id);
          return { body: await spaceOf(id) };
        },
      ),
    ),
  ];
}

/** Of an index over half-precision vectors. */
const MOST_DIMENSIONS = 4_000;
/** A server may have to load the model first. */
const MEASURE_WITHIN_MS = 10_000;
