import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import {
  ChangeMemory,
  CreateMemory,
  ForgetMemories,
  Forgotten,
  Memory,
  MemoryDetail,
  MemoryListQuery,
  MemorySearchResult,
  type MemorySource,
  SearchMemories,
} from '../../contracts/memory.ts';
import { pageOf } from '../../contracts/page.ts';
import type { Principal } from '../auth/principals.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { requireListedScope, requireScope, requireWritableScope, viewerOf } from '../memory-scopes.ts';
import { made } from '../presenters/made.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const OneMemory = z.object({ id: z.string() });
const authorOf = ({ user }: Principal): MemorySource['by'] => ({
  kind: 'user',
  id: user.id,
  name: user.name,
});

/** What is remembered, as whoever asks may see it. */
export function memoryRoutes(dependencies: Pick<ApiDependencies, 'store'>): Route[] {
  const { store } = dependencies;
  const { memories } = store;
  return [
    route(
      {
        ...{
          method: 'get',
          path: '/memories',
          summary: 'List what is remembered',
          permission: 'memories:read',
        },
        ...{ query: MemoryListQuery, response: pageOf(Memory) },
      },
      async ({ query, caller }) => {
        await requireListedScope(query, caller, store);
        return { body: await memories.listMemories(viewerOf(caller), query) };
      },
    ),
    route(
      {
        ...{ method: 'post', path: '/memories', summary: 'Remember a fact, or make a block' },
        ...{
          permission: 'memories:create',
          body: CreateMemory,
          response: Memory,
          status: 201,
          idempotent: true,
        },
      },
      async ({ body, caller, claim }) => {
        const viewer = viewerOf(caller);
        const once = await store.idempotency.orEarlier(claim, async () => {
          await requireWritableScope(body.scope, caller, store);
          const prepared = await memories.prepareMemory(body);
          return store.idempotency.once(claim, async (definitions, id) => {
            const memory = await definitions.memories.insertMemory(viewer, prepared, authorOf(caller), id);
            if (memory === null) throw new TypeError('a request has no effect key');
            return memory;
          });
        });
        return made(once, (id) => memories.findMade(viewer, id));
      },
    ),
    ...wholeRoutes(dependencies),
    route(
      {
        ...{ method: 'get', path: '/memories/:id', summary: 'Get a memory with its history' },
        ...{ permission: 'memories:read', params: OneMemory, response: MemoryDetail },
      },
      async ({ params, caller }) => ({ body: await memories.getMemory(viewerOf(caller), params.id) }),
    ),
    route(
      {
        ...{ method: 'patch', path: '/memories/:id', permission: 'memories:update' },
        summary: 'Change a memory: a new version takes its place; of one that has been changed already: 409',
        ...{ params: OneMemory, body: ChangeMemory, response: Memory },
      },
      async ({ params, body, caller }) => ({
        body: await memories.changeMemory(viewerOf(caller), params.id, body, authorOf(caller)),
      }),
    ),
    route(
      {
        ...{ method: 'delete', path: '/memories/:id', permission: 'memories:delete' },
        ...{ summary: 'Forget a memory, with all that it took the place of', params: OneMemory },
      },
      async ({ params, caller }) => {
        await memories.forgetMemory(viewerOf(caller), params.id);
        return {};
      },
    ),
  ];
}

/** Addresses with a word where others have an id. */
function wholeRoutes({ store }: Pick<ApiDependencies, 'store'>): Route[] {
  return [
    route(
      {
        ...{ method: 'post', path: '/memories/search', permission: 'memories:read' },
        summary: 'Find memories by meaning and by words, with the parts of their scores',
        ...{ body: SearchMemories, response: MemorySearchResult },
      },
      async ({ body, caller, closed }) => {
        await requireScope(body.scope, caller, store);
        return {
          body: await store.memorySearch.searchMemories(viewerOf(caller), body, { signal: closed() }),
        };
      },
    ),
    route(
      {
        ...{ method: 'post', path: '/memories/forget', permission: 'memories:delete' },
        summary: 'Forget everything of an agent, a circle, a conversation or a person',
        ...{ body: ForgetMemories, response: Forgotten },
      },
      async ({ body, caller }) => {
        await requireForgettable(body, caller, store);
        return { body: await store.memories.forgetAll(viewerOf(caller), body) };
      },
    ),
  ];
}

async function requireForgettable(
  { of, id }: ForgetMemories,
  caller: Principal,
  store: ApiDependencies['store'],
): Promise<void> {
  if (of !== 'person') {
    await requireWritableScope({ kind: of, id }, caller, store);
    return;
  }
  if (id !== caller.user.id && caller.user.role !== 'admin')
    throw new GatheringFailure(
      'Forbidden',
      'Only administrators forget what is remembered of somebody else.',
    );
}
