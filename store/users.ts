import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { GatheringFailure } from '../contracts/failure.ts';
import type { Id } from '../contracts/ids.ts';
import type { Page } from '../contracts/page.ts';
import type { CreateUser } from '../contracts/user.ts';
import { User } from '../contracts/user.ts';
import type { ListPosition } from './cursor.ts';
import { idBefore, isId, pageOfRows } from './cursor.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

const UserWithPassword = User.extend({ passwordHash: z.string() });
export type UserWithPassword = z.infer<typeof UserWithPassword>;

export type NewUser = Omit<CreateUser, 'password'> & { passwordHash: string };

const columns = sql.fragment`id, email, name, role, created_at as "createdAt"`;

/** People who sign in. An email is stored in lower case and is unique. */
export function createUsers(pool: Queryable) {
  return {
    /** @throws GatheringFailure Conflict when the email is taken */
    async insertUser(user: NewUser, id: Id = uuid()): Promise<User> {
      const inserted = await pool.maybeOne(sql.type(User)`
        insert into auth.users (id, email, name, role, password_hash)
        values (${id}, ${user.email}, ${user.name}, ${user.role}, ${user.passwordHash})
        on conflict (email) do nothing
        returning ${columns}`);
      if (inserted === null)
        throw new GatheringFailure('Conflict', `There is a user with the email ${user.email} already.`);
      return inserted;
    },

    findUserByEmail(email: string): Promise<UserWithPassword | null> {
      return pool.maybeOne(sql.type(UserWithPassword)`
        select ${columns}, password_hash as "passwordHash" from auth.users where email = ${email}`);
    },

    async findUser(id: Id): Promise<User | null> {
      if (!isId(id)) return null;
      return pool.maybeOne(sql.type(User)`select ${columns} from auth.users where id = ${id}`);
    },

    async listUsers(position: ListPosition): Promise<Page<User>> {
      const rows = await pool.any(sql.type(User)`
        select ${columns} from auth.users where id < ${idBefore(position)} order by id desc limit ${position.limit + 1}`);
      return pageOfRows(rows, position.limit);
    },

    /**
     * Their sessions and sign-in links go with them.
     * @throws GatheringFailure NotFound; Conflict for the last administrator, without whom nobody could make another
     */
    async deleteUser(id: Id): Promise<void> {
      const Outcome = z.object({ found: z.boolean(), deleted: z.boolean() });
      const { found, deleted } = isId(id)
        ? await pool.one(sql.type(Outcome)`
            with administrators as (
              select id from auth.users where role = 'admin' order by id for update
            ), deleted as (
              delete from auth.users
              where id = ${id} and (role <> 'admin' or (select count(*) from administrators) > 1)
              returning id
            )
            select exists (select from auth.users where id = ${id}) as found, exists (select from deleted) as deleted`)
        : { found: false, deleted: false };
      if (!found) throw new GatheringFailure('NotFound', 'There is no such user.');
      if (!deleted) throw new GatheringFailure('Conflict', 'The last administrator cannot be deleted.');
    },

    /** Whether anybody can sign in yet. */
    hasUsers(): Promise<boolean> {
      return pool.exists(sql.type(z.object({}))`select from auth.users`);
    },
  };
}
