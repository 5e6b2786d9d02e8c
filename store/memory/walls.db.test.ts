import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { EVERYWHERE } from '../../contracts/memory.ts';
import { withPool } from '../../testing/shared-servers.ts';
import type { Pool } from '../pool.ts';
import { sql } from '../pool.ts';
import { type MemoryViewer, withinWalls } from './walls.ts';

const Count = z.object({ count: z.number() });
const nothing = z.object({});
const ADA = '01890000-0000-7000-8000-0000000000a1';
const BOB = '01890000-0000-7000-8000-0000000000b1';

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  withPool(kind, (opened) => {
    pool = opened;
  });
  const seen = (viewer: MemoryViewer) =>
    withinWalls(
      pool,
      viewer,
      async (walled) =>
        (await walled.one(sql.type(Count)`select count(*) as count from memory.memories`)).count,
    );
  const remember = (viewer: MemoryViewer, id: string, audience: string) =>
    withinWalls(pool, viewer, (walled) =>
      walled.query(sql.type(nothing)`
        insert into memory.memories (id, chain, kind, scope_kind, scope_id, audience, content, author_kind, author_name)
        values (${id}, ${id}, 'fact', 'global', ${EVERYWHERE}, ${audience}, 'A fact.', 'house', 'house')`),
    );

  it('shows what is for one person to that person and to administrators, though no query asks for less', async () => {
    const ada: MemoryViewer = { kind: 'person', id: ADA, role: 'viewer' };
    const bob: MemoryViewer = { kind: 'person', id: BOB, role: 'viewer' };
    await remember(ada, '01890000-0000-7000-8000-000000000001', ADA);
    expect([await seen(ada), await seen(bob), await seen({ ...bob, role: 'admin' })]).toEqual([1, 0, 1]);
    await expect(remember(bob, '01890000-0000-7000-8000-000000000002', ADA)).rejects.toThrow();
  });

  it('leaves the connection as it was', async () => {
    await seen({ kind: 'person', id: BOB, role: 'viewer' });
    const rows = await pool.any(sql.type(z.object({ me: z.string() }))`select current_user::text as me`);
    expect(rows.map(({ me }) => me)).not.toContain('gathering_memory');
  });
});
