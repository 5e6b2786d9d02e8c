import { describe, expect, it } from '@jest/globals';

import { withPool } from '../../testing/shared-servers.ts';
import type { Pool } from '../pool.ts';
import { createMemories } from './memories.ts';
import type { NewMemory } from './memory-writes.ts';
import { createSpaces } from './spaces.ts';
import { createWakeUps } from './wake-ups.ts';

const HOUSE = { kind: 'house', id: null, name: 'the house' } as const;
const VIEWER = { kind: 'house' } as const;

describe.each(['postgres', 'pglite'] as const)('what is remembered on %s', (kind) => {
  let pool: Pool;
  withPool(kind, (opened) => {
    pool = opened;
  });
  const remember = (memory: Partial<NewMemory>) => {
    const spaces = createSpaces(pool);
    const embedTexts = () => new Promise<never>(() => undefined);
    const memories = createMemories({ pool, spaces, embedTexts, withinMs: 10 });
    return memories.remember(VIEWER, { content: 'A fact', scope: { kind: 'global' }, ...memory }, HOUSE);
  };

  it('is stored without its vector where that takes long, and woken for', async () => {
    const space = await createSpaces(pool).getActiveSpace();
    const { isEmbedded } = await remember({ content: 'The embedder is slow.' });
    expect(isEmbedded).toBe(false);
    const woken = await createWakeUps(pool).listWakeUps({}, 50);
    expect(woken).toContainEqual(expect.objectContaining({ kind: 'space', subject: String(space.id) }));
  });

  it.each(['', ' \n', '\u0085', '\u200b\u200d', '\u3000\ufeff\u3164', '\0'])('is not %j', async (content) => {
    await expect(remember({ content })).rejects.toMatchObject({
      type: 'InvalidInput',
      problems: [{ path: 'content' }],
    });
  });

  it('keeps its importance and its end as exactly as the tables can', async () => {
    expect(await remember({ importance: 1e-320 })).toMatchObject({ importance: 0 });
    expect(await remember({ importance: 1e-40 })).toMatchObject({ importance: expect.closeTo(0, 30) });
    expect(await remember({ expiresAt: '9999-12-31T23:59:59.999999999Z' })).toMatchObject({
      expiresAt: '9999-12-31T23:59:59.999Z',
    });
  });
});
