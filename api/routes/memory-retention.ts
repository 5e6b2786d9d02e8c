import { ChangeMemoryRetention, MemoryRetentions } from '../../contracts/memory.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

/** How long, and how much, is remembered. */
export function memoryRetentionRoutes({ store: { retention } }: Pick<ApiDependencies, 'store'>): Route[] {
  return [
    route(
      {
        ...{
          method: 'get',
          path: '/memories/retention',
          summary: 'Get how long, and how much, is remembered',
        },
        ...{ permission: 'retention:read', response: MemoryRetentions },
      },
      async () => ({ body: { items: await retention.listRetention() } }),
    ),
    route(
      {
        ...{ method: 'put', path: '/memories/retention', permission: 'retention:update' },
        summary:
          'Set how long, and how much, kinds of scopes keep; what is too old or too much goes within the hour',
        ...{ body: ChangeMemoryRetention, response: MemoryRetentions },
      },
      async ({ body, caller }) => ({
        body: { items: await retention.changeRetention(body.items, caller.user.email) },
      }),
    ),
  ];
}
