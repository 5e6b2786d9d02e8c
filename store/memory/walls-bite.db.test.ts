import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { EVERYWHERE } from '../../contracts/memory.ts';
import { withPool } from '../../testing/shared-servers.ts';
import type { Pool } from '../pool.ts';
import { sql } from '../pool.ts';
import { type MemoryViewer, withinWalls } from './walls.ts';

const Nothing = z.object({});
const Count = z.object({ count: z.number() });
const ADA = '01890000-0000-7000-8000-0000000000a1';
const BOB = '01890000-0000-7000-8000-0000000000b1';
const RUN = '01890000-0000-7000-8000-0000000000c1';
const TABLES = ['memories', 'knowledge_base', 'chunks', 'vectors', 'document_pieces'] as const;
class RollBack extends Error {}
const person = (id: string): MemoryViewer => ({ kind: 'person', id, role: 'operator' });
const HOUSE: MemoryViewer = { kind: 'house' };
const idOf = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** One memory and one document with a chunk, a piece and vectors, for each audience. */
async function fill(pool: Pool): Promise<void> {
  await pool.query(sql.type(Nothing)`
    insert into memory.spaces (provider, model, dimensions, status, created_by, activated_at) values ('local', 'm', 2, 'active', 'house', now())`);
  for (const [at, audience] of [EVERYWHERE, ADA, BOB].entries())
    await withinWalls(pool, HOUSE, async (walled) => {
      const [memory, document, chunk] = [idOf(at * 3 + 1), idOf(at * 3 + 2), idOf(at * 3 + 3)];
      await walled.query(sql.type(Nothing)`
        insert into memory.memories (id, chain, kind, scope_kind, scope_id, audience, content, author_kind, author_name)
        values (${memory}, ${memory}, 'fact', 'global', ${EVERYWHERE}, ${audience}, 'A fact.', 'house', 'house')`);
      await walled.query(sql.type(Nothing)`
        insert into memory.knowledge_base (id, name, scope_kind, scope_id, audience, format, media_type, bytes, sha256, created_by)
        values (${document}, 'd', 'global', ${EVERYWHERE}, ${audience}, 'text', 'text/plain', 1, decode(md5(${document}), 'hex'), 'me')`);
      await walled.query(sql.type(Nothing)`
        insert into memory.document_pieces (document_id, version, piece, content) values (${document}, 1, 0, '\\x61')`);
      await walled.query(sql.type(Nothing)`
        insert into memory.chunks (id, document_id, scope_id, audience, version, position, content, embedded_hash, words)
        values (${chunk}, ${document}, ${EVERYWHERE}, ${audience}, 1, 0, 'a', '\\x00', '')`);
      for (const [unit, source] of [
        [memory, 'memory'],
        [chunk, 'knowledge'],
      ] as const)
        await walled.query(sql.type(Nothing)`
          insert into memory.vectors (space, dimensions, source, unit_id, scope_id, audience, embedding)
          select s.id, 2, ${source}, ${unit}, ${EVERYWHERE}, ${audience}, '[1,0]' from memory.spaces s`);
    });
}

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  withPool(kind, async (opened) => {
    pool = opened;
    await fill(pool);
  });
  const count = (viewer: MemoryViewer, table: string): Promise<number> =>
    withinWalls(pool, viewer, (walled) =>
      walled.oneFirst(sql.type(Count)`select count(*) as count from ${sql.identifier(['memory', table])}`),
    );

  it.each(TABLES)('a query of %s that asks for everything gets what its viewer may see', async (table) => {
    const each = table === 'vectors' ? 2 : 1;
    expect(await count(HOUSE, table)).toBe(3 * each);
    expect(await count({ kind: 'person', id: BOB, role: 'admin' }, table)).toBe(3 * each);
    expect(await count(person(ADA), table)).toBe(2 * each);
    expect(await count({ kind: 'run', runId: RUN }, table)).toBe(each);
  });

  it.each(['memories', 'knowledge_base', 'chunks', 'vectors'] as const)(
    'a change or a deletion of all of %s meets nothing of others',
    async (table) => {
      const each = table === 'vectors' ? 2 : 1;
      const touched = withinWalls(pool, person(ADA), async (walled) => {
        const { rowCount: changed } = await walled.query(sql.type(Nothing)`
          update ${sql.identifier(['memory', table])} set scope_id = scope_id`);
        const { rowCount: deleted } = await walled.query(sql.type(Nothing)`
          delete from ${sql.identifier(['memory', table])}`);
        expect([changed, deleted]).toEqual([2 * each, 2 * each]);
        throw new RollBack();
      });
      await expect(touched).rejects.toThrow(RollBack);
    },
  );

  it('moves nothing to where its writer may not see it', async () => {
    const moved = withinWalls(pool, person(ADA), (walled) =>
      walled.query(sql.type(Nothing)`update memory.memories set audience = ${BOB}`),
    );
    await expect(moved).rejects.toThrow('row-level security');
  });

  it('shows nothing to the role before anybody has entered, nor of tables outside', async () => {
    const bare = pool.transaction(async (transaction) => {
      await transaction.query(sql.type(Nothing)`set local role gathering_memory`);
      return transaction.oneFirst(sql.type(Count)`select count(*) as count from memory.memories`);
    });
    expect(await bare).toBe(0);
    const outside = withinWalls(pool, HOUSE, (walled) =>
      walled.query(sql.type(Nothing)`select from conversation.messages`),
    );
    await expect(outside).rejects.toThrow('permission denied');
  });

  it('lets nobody be two viewers at once: what the transaction began as, it stays', async () => {
    const twice = withinWalls(pool, person(ADA), (walled) =>
      withinWalls(walled, HOUSE, (again) => again.query(sql.type(Nothing)`select 1`)),
    );
    await expect(twice).rejects.toThrow("this transaction is somebody's already");
  });
});
