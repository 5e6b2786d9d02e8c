import { expect, it } from '@jest/globals';

import { EVERYWHERE, type Forgotten, type Memory } from '../../contracts/memory.ts';
import type { Page } from '../../contracts/page.ts';
import { withApi } from '../../testing/api-server.ts';

const api = withApi();

it('nothing is forgotten of a person who does not exist, whatever else the id is of', async () => {
  const agent = await api.as.admin.json<{ id: string }>('POST', '/agents', {
    ...{ name: 'Ada', role: 'Thinks', provider: 'demo', model: 'demo' },
  });
  const circle = await api.as.admin.json<{ id: string }>('POST', '/circles', { name: 'Birds' });
  const memories = [
    await api.as.admin.json<Memory>('POST', '/memories', { content: 'A', scope: { kind: 'global' } }),
    await api.as.admin.json<Memory>('POST', '/memories', {
      ...{ content: 'B', scope: { kind: 'circle', id: circle.id } },
    }),
  ];
  for (const id of [EVERYWHERE, circle.id, agent.id, crypto.randomUUID()])
    expect((await api.as.admin.raw('POST', '/memories/forget', { of: 'person', id })).status).toBe(404);
  const { items } = await api.as.admin.json<Page<Memory>>('GET', '/memories');
  expect(items.map(({ id }) => id).toSorted()).toEqual(memories.map(({ id }) => id).toSorted());
  const user = await api.as.admin.json<{ id: string }>('GET', '/auth/me');
  expect(
    await api.as.admin.json<Forgotten>('POST', '/memories/forget', {
      of: 'person',
      id: user.id.toUpperCase(),
    }),
  ).toEqual({ memories: 2, documents: 0 });
});
