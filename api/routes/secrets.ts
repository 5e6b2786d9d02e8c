import { z } from 'zod';

import { pageOf, PageQuery } from '../../contracts/page.ts';
import { PutSecret, SecretName, SecretSummary } from '../../contracts/secret.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { pageOfAll } from '../presenters/page-of-all.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const OneSecret = z.object({ name: SecretName });

/** Values go in and never come out: only activities open them. */
export function secretRoutes({ store, sealer }: Pick<ApiDependencies, 'store' | 'sealer'>): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/secrets',
        summary: 'List the names of the secrets',
        permission: 'secrets:read',
        query: PageQuery,
        response: pageOf(SecretSummary),
      },
      async ({ query }) => ({ body: pageOfAll(await store.secrets.listSecrets(), query) }),
    ),
    route(
      {
        method: 'put',
        path: '/secrets/:name',
        summary: 'Set a secret',
        permission: 'secrets:write',
        params: OneSecret,
        body: PutSecret,
        response: SecretSummary,
      },
      async ({ params: { name }, body }) => ({
        body: await store.secrets.putSecret(name, sealer.seal(name, body.value)),
      }),
    ),
    route(
      {
        method: 'delete',
        path: '/secrets/:name',
        summary: 'Delete a secret',
        permission: 'secrets:delete',
        params: OneSecret,
      },
      async ({ params }) => {
        await store.secrets.deleteSecret(params.name);
        return {};
      },
    ),
  ];
}
