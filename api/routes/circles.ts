import { z } from 'zod';

import { Circle, CircleSummary, CreateCircle, PutMember } from '../../contracts/circle.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import type { Principal } from '../auth/principals.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { etagOf } from '../middleware/if-match.ts';
import { made } from '../presenters/made.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const OneCircle = z.object({ id: z.string().describe('Id, or unique name') });
const OneMember = OneCircle.extend({
  memberId: z
    .string()
    .describe('Id of the agent or the user; or the name of the agent, the e-mail address of the user'),
});
const tagged = (circle: Circle) => ({ etag: etagOf(circle.version) });

/** Agents and people that talk with each other. */
export function circleRoutes(dependencies: Pick<ApiDependencies, 'store' | 'signalSender'>): Route[] {
  const { store } = dependencies;
  const { circles } = store;
  return [
    route(
      {
        ...{ method: 'get', path: '/circles', summary: 'List circles that you may see' },
        ...{ permission: 'circles:read', query: PageQuery, response: pageOf(CircleSummary) },
      },
      async ({ query, caller }) => ({ body: await circles.listCircles(query, caller.user) }),
    ),
    route(
      {
        ...{ method: 'post', path: '/circles', summary: 'Make a circle', permission: 'circles:create' },
        ...{ body: CreateCircle, response: Circle, status: 201, idempotent: true },
      },
      async ({ body, caller: { user }, claim }) => {
        const once = await store.idempotency.once(claim, (definitions, id) =>
          definitions.circles.insertCircle(body, user, id),
        );
        return made(once, (id) => circles.findCircle(id, user), tagged);
      },
    ),
    route(
      {
        ...{ method: 'get', path: '/circles/:id', summary: 'Get a circle with its members' },
        ...{ permission: 'circles:read', params: OneCircle, response: Circle },
      },
      async ({ params, caller }) => {
        const circle = await circles.getCircle(params.id, caller.user);
        return { body: circle, headers: tagged(circle) };
      },
    ),
    route(
      {
        ...{ method: 'put', path: '/circles/:id', permission: 'circles:update' },
        summary: 'Change a circle; conversations that have begun keep their mode and settings',
        ...{ params: OneCircle, body: CreateCircle, response: Circle, conditional: true },
      },
      async ({ params, body, caller: { user }, expected }) => {
        const { id } = await circles.getCircle(params.id, user);
        const circle = await circles.updateCircle(id, body, { expected, by: user });
        return { body: circle, headers: tagged(circle) };
      },
    ),
    route(
      {
        ...{ method: 'delete', path: '/circles/:id', permission: 'circles:delete' },
        summary: 'Delete a circle; its conversations stay readable by their ids, and end',
        ...{ params: OneCircle, conditional: true },
      },
      async ({ params, caller: { user }, expected }) => {
        const { id } = await circles.getCircle(params.id, user);
        const ended = await circles.deleteCircle(id, expected, user);
        void dependencies.signalSender.wakeNow(ended);
        return {};
      },
    ),
    ...memberRoutes(dependencies),
  ];
}

function memberRoutes({ store, signalSender }: Pick<ApiDependencies, 'store' | 'signalSender'>): Route[] {
  const { circles } = store;

  /** Conversations hear of it at once, as far as they can be reached. */
  const change = async (
    idOrName: string,
    { user }: Principal,
    act: (id: string) => Promise<void>,
  ): Promise<Circle> => {
    const { id } = await circles.getCircle(idOrName, user);
    await act(id);
    void signalSender.wakeNow(await circles.listOpenConversations(id));
    return circles.getCircle(id, user);
  };

  return [
    route(
      {
        ...{ method: 'put', path: '/circles/:id/members/:memberId', permission: 'circles:update' },
        summary: 'Put an agent or a person into a circle, or give them another role',
        ...{ params: OneMember, body: PutMember, response: Circle },
      },
      async ({ params: { id, memberId }, body, caller }) => ({
        body: await change(id, caller, (circle) => circles.putMember(circle, memberId, body)),
      }),
    ),
    route(
      {
        ...{ method: 'delete', path: '/circles/:id/members/:memberId', permission: 'circles:update' },
        summary: 'Take somebody out of a circle; what they said stays',
        params: OneMember,
      },
      async ({ params: { id, memberId }, caller: { user } }) => {
        const circle = await circles.getCircle(id, user);
        await circles.removeMember(circle.id, memberId);
        void signalSender.wakeNow(await circles.listOpenConversations(circle.id));
        return {};
      },
    ),
  ];
}
