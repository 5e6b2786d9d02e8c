import { beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { CreateAgent } from '../../contracts/agent.ts';
import { CreateCircle } from '../../contracts/circle.ts';
import { EVERYWHERE, type MemoryScope } from '../../contracts/memory.ts';
import type { User } from '../../contracts/user.ts';
import { withPool } from '../../testing/shared-servers.ts';
import type { Pool, Queryable } from '../pool.ts';
import { sql } from '../pool.ts';
import { createStore, type Store } from '../store.ts';
import { createMemoryWrites } from './memory-writes.ts';
import { withinWalls } from './walls.ts';

const HOUSE = { kind: 'house', id: null, name: 'house' } as const;
const Count = z.object({ count: z.number() });

/** What may be deleted, and what is remembered of or for it. */
interface Place {
  scope: MemoryScope;
  audience: string;
  delete: (pool: Queryable) => Promise<unknown>;
}

describe.each(['postgres', 'pglite'] as const)(
  'what is remembered while its place is deleted, on %s',
  (kind) => {
    let pool: Pool;
    let store: Store;
    let person: User;
    withPool(kind, async (opened) => {
      pool = opened;
      store = createStore(pool);
      person = await aPerson('admin');
    });
    const aPerson = (role: User['role']): Promise<User> =>
      store.users.insertUser({ email: `${uuid()}@example.com`, name: 'Pia', role, passwordHash: '' });

    const places: Record<string, () => Promise<Place>> = {
      circle: async () => {
        const { id } = await store.circles.insertCircle(CreateCircle.parse({ name: uuid() }), person);
        const remove = (one: Queryable) =>
          one.query(sql.type(z.object({}))`select circle.delete_circle(${id}, null)`);
        return { scope: { kind: 'circle', id }, audience: id, delete: remove };
      },
      person: async () => {
        const { id } = await aPerson('operator');
        const remove = (one: Queryable) =>
          one.query(sql.type(z.object({}))`delete from auth.users where id = ${id}`);
        return { scope: { kind: 'global' }, audience: id, delete: remove };
      },
      agent: async () => {
        const agent = CreateAgent.parse({ name: uuid(), role: 'tester', provider: 'demo', model: 'demo' });
        const { id } = await store.agents.insertAgent(agent);
        const remove = (one: Queryable) =>
          one.query(sql.type(z.object({}))`delete from agent.agents where id = ${id}`);
        return { scope: { kind: 'agent', id }, audience: EVERYWHERE, delete: remove };
      },
    };
    const remember = (one: Queryable, { scope, audience }: Place, supersedes: string[] = []) =>
      createMemoryWrites(one).insertMemory(
        { kind: 'house' },
        { content: 'The walrus sleeps.', scope, audience, supersedes, vector: null },
        HOUSE,
      );
    const left = ({ scope, audience }: Place): Promise<number> =>
      withinWalls(pool, { kind: 'house' }, (walled) =>
        walled.oneFirst(sql.type(Count)`
        select count(*) as count from memory.memories
        where audience = ${audience} and scope_id = ${scope.kind === 'global' ? EVERYWHERE : scope.id}`),
      );

    describe.each(Object.keys(places))('%s', (name) => {
      let place: Place;
      beforeEach(async () => {
        const make = places[name];
        if (make === undefined) throw new TypeError(name);
        place = await make();
      });

      it('is refused once that is gone', async () => {
        await place.delete(pool);
        await expect(remember(pool, place)).rejects.toMatchObject({ type: 'NotFound' });
      });

      it('is forgotten with it where it was under way before', async () => {
        const before = await remember(pool, place);
        await oneBehindTheOther(
          (transaction) => remember(transaction, place, before === null ? [] : [before.id]),
          () => place.delete(pool),
        );
        expect(await left(place)).toBe(0);
      });

      it('is refused where that is being deleted', async () => {
        const before = await remember(pool, place);
        const remembering = oneBehindTheOther(place.delete, () =>
          remember(pool, place, before === null ? [] : [before.id]),
        );
        await expect(remembering).rejects.toMatchObject({ type: 'NotFound' });
        expect(await left(place)).toBe(0);
      });
    });

    /** Does the first, and ends its transaction when the second waits for it; the embedded database lets it wait anyway. */
    async function oneBehindTheOther(
      first: (transaction: Queryable) => Promise<unknown>,
      second: () => Promise<unknown>,
    ): Promise<void> {
      const isDone = Promise.withResolvers<undefined>();
      const mayEnd = Promise.withResolvers<undefined>();
      const ahead = pool.transaction(async (transaction) => {
        await first(transaction);
        isDone.resolve(undefined);
        await mayEnd.promise;
      });
      await Promise.race([isDone.promise, ahead]);
      const behind = Promise.allSettled([second()]);
      if (kind === 'postgres') while (!(await somebodyWaits()));
      mayEnd.resolve(undefined);
      await ahead;
      const [outcome] = await behind;
      if (outcome.status === 'rejected') throw outcome.reason;
    }

    const somebodyWaits = () =>
      pool.exists(sql.type(z.object({}))`
      select from pg_stat_activity a where a.datname = current_database() and a.wait_event_type = 'Lock'`);
  },
);
