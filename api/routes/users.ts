import { z } from 'zod';

import { pageOf, PageQuery } from '../../contracts/page.ts';
import { CreateUser, User } from '../../contracts/user.ts';
import { hashPassword } from '../../platform/password.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { made } from '../presenters/made.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const OneUser = z.object({ id: z.string() });

export function userRoutes({ store, principals }: Pick<ApiDependencies, 'store' | 'principals'>): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/users',
        summary: 'List users',
        permission: 'users:read',
        query: PageQuery,
        response: pageOf(User),
      },
      async ({ query }) => ({ body: await store.users.listUsers(query) }),
    ),
    route(
      {
        method: 'post',
        path: '/users',
        summary: 'Make a user',
        permission: 'users:create',
        body: CreateUser,
        response: User,
        status: 201,
        idempotent: true,
      },
      async ({ body: { password, ...user }, claim }) => {
        const passwordHash = await hashPassword(password);
        const once = await store.idempotency.once(claim, ({ users }, id) =>
          users.insertUser({ ...user, passwordHash }, id),
        );
        return made(once, (id) => store.users.findUser(id));
      },
    ),
    route(
      {
        method: 'delete',
        path: '/users/:id',
        summary: 'Delete a user; their sessions end',
        permission: 'users:delete',
        params: OneUser,
      },
      async ({ params }) => {
        await store.users.deleteUser(params.id);
        principals.forget();
        return {};
      },
    ),
  ];
}
