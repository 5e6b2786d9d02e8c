import { once } from 'node:events';

import type { Response } from 'express';

import type { Memory } from '../../contracts/memory.ts';
import { MemoryListQuery } from '../../contracts/memory.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { requireListedScope, viewerOf } from '../memory-scopes.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

/** Everything that somebody may see of what is remembered, to be kept elsewhere. */
export function memoryExportRoutes({ store }: Pick<ApiDependencies, 'store'>): Route[] {
  return [
    route(
      {
        ...{
          method: 'get',
          path: '/memories/export',
          permission: 'memories:read',
          produces: 'application/jsonl',
        },
        summary: 'Get what is remembered as JSON lines, oldest first',
        query: MemoryListQuery.omit({ limit: true, cursor: true }),
      },
      async ({ query, caller, closed }) => {
        await requireListedScope(query, caller, store);
        const memories = store.memories.exportMemories(viewerOf(caller), query);
        return { write: (response) => writeLines(response, memories, closed()) };
      },
    ),
  ];
}

/** Reads on only as fast as whoever takes it; ends where they have gone. */
async function writeLines(
  response: Response,
  memories: AsyncIterable<Memory>,
  closed: AbortSignal,
): Promise<void> {
  response.setHeader('content-type', 'application/jsonl; charset=utf-8');
  response.setHeader('content-disposition', 'attachment; filename="memories.jsonl"');
  response.setHeader('cache-control', 'no-store');
  for await (const memory of memories) {
    if (closed.aborted) return;
    if (!response.write(`${JSON.stringify(memory)}\n`)) await once(response, 'drain', { signal: closed });
  }
  response.end();
}
