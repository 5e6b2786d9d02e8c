import { beforeAll, describe, expect, it } from '@jest/globals';

import type { Memory, MemoryDetail } from '../../contracts/memory.ts';
import { withApi } from '../../testing/api-server.ts';

const api = withApi();
const GLOBAL = { scope: { kind: 'global' } } as const;

const remember = (body: object, as: keyof typeof api.as = 'operator'): Promise<Memory> =>
  api.as[as].json<Memory>('POST', '/memories', { ...GLOBAL, ...body });

describe('a memory', () => {
  it('is stored with where it comes from, found again by its words and by what it means, and forgotten', async () => {
    const memory = await remember({ content: 'The build runs on Tuesdays.', tags: ['ci'], importance: 0.7 });
    expect(memory).toMatchObject({
      ...{
        kind: 'fact',
        scope: { kind: 'global' },
        audience: { kind: 'everyone' },
        importance: 0.7,
        tags: ['ci'],
      },
      ...{ source: { by: { kind: 'user', name: 'operator' } }, supersedes: null, isEmbedded: true },
    });
    const found = await api.as.viewer.json<{ items: Memory[] }>('POST', '/memories/search', {
      query: 'When do we compile?',
    });
    expect(found.items.map(({ id }) => id)).toContain(memory.id);
    expect(await api.as.viewer.json<MemoryDetail>('GET', `/memories/${memory.id}`)).toMatchObject({
      chain: [{ id: memory.id }],
    });
    expect((await api.as.operator.raw('DELETE', `/memories/${memory.id}`)).status).toBe(204);
    expect((await api.as.operator.raw('GET', `/memories/${memory.id}`)).status).toBe(404);
  });
});
