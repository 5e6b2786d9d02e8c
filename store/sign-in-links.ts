import { createHash, randomBytes } from 'node:crypto';

import { z } from 'zod';

import { Id } from '../contracts/ids.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

const LINK_LIFETIME = '1 day';
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Tokens that sign a user in once; only their hashes are kept. */
export function createSignInLinks(pool: Queryable) {
  return {
    /** Gives the token of a new link, good for one day; it cannot be read again. */
    async issueSignInLink(userId: Id): Promise<string> {
      const token = randomBytes(32).toString('base64url');
      await pool.query(sql.type(z.object({}))`
        insert into auth.sign_in_links (token_hash, user_id, expires_at)
        values (${hashOf(token)}, ${userId}, now() + ${LINK_LIFETIME}::interval)`);
      return token;
    },

    /** Uses a link up and says whose it was; null when it is unknown, was used, or has expired. */
    redeemSignInLink(token: string): Promise<Id | null> {
      return pool.maybeOneFirst(sql.type(z.object({ userId: Id }))`
        delete from auth.sign_in_links where token_hash = ${hashOf(token)} and expires_at > now()
        returning user_id as "userId"`);
    },
  };
}
