import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { Id } from '../contracts/ids.ts';
import { User } from '../contracts/user.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

const SESSION_LIFETIME = '30 days';

export type Sessions = ReturnType<typeof createSessions>;

/** A sign-in on one device: it lives until it expires, is revoked or its user is deleted. */
export function createSessions(pool: Queryable) {
  return {
    /** Opens a session of a user; it lives for 30 days from its last renewal. */
    async insertSession(userId: Id): Promise<Id> {
      return pool.oneFirst(sql.type(z.object({ id: Id }))`
        insert into auth.sessions (id, user_id, expires_at)
        values (${uuid()}, ${userId}, now() + ${SESSION_LIFETIME}::interval)
        returning id`);
    },

    /** The user of a session that is still good; null when it has expired, was revoked, or its user is gone. */
    findSessionUser(sessionId: Id): Promise<User | null> {
      return pool.maybeOne(sql.type(User)`
        select u.id, u.email, u.name, u.role, u.created_at as "createdAt"
        from auth.sessions s join auth.users u on u.id = s.user_id
        where s.id = ${sessionId} and s.revoked_at is null and s.expires_at > now()`);
    },

    /** Those of the sessions that are still good. */
    async findLiveSessions(sessionIds: readonly Id[]): Promise<Set<Id>> {
      const live = await pool.anyFirst(sql.type(z.object({ id: Id }))`
        select id from auth.sessions
        where id = any(${sql.array([...sessionIds], 'uuid')}) and revoked_at is null and expires_at > now()`);
      return new Set(live);
    },

    /** Prolongs a session that is still good; says whether it was. */
    async renewSession(sessionId: Id): Promise<boolean> {
      const { rowCount } = await pool.query(sql.type(z.object({}))`
        update auth.sessions set expires_at = now() + ${SESSION_LIFETIME}::interval
        where id = ${sessionId} and revoked_at is null and expires_at > now()`);
      return rowCount === 1;
    },

    /** Ends a session; ending it again changes nothing. */
    async revokeSession(sessionId: Id): Promise<void> {
      await pool.query(sql.type(z.object({}))`
        update auth.sessions set revoked_at = now() where id = ${sessionId} and revoked_at is null`);
    },
  };
}
