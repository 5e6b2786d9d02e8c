import { z } from 'zod';

import { Agent, CreateAgent } from '../../contracts/agent.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import { createAgentCheck } from '../check-agent.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { etagOf } from '../middleware/if-match.ts';
import { made } from '../presenters/made.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

export const OneAgent = z.object({ id: z.string().describe('Id, or unique name') });
export const tagged = (agent: Agent) => ({ etag: etagOf(agent.version) });

export function agentRoutes({ store, catalogue }: Pick<ApiDependencies, 'store' | 'catalogue'>): Route[] {
  const check = createAgentCheck(catalogue.tools);
  return [
    route(
      {
        method: 'get',
        path: '/agents',
        summary: 'List agents',
        permission: 'agents:read',
        query: PageQuery,
        response: pageOf(Agent),
      },
      async ({ query }) => ({ body: await store.agents.listAgents(query) }),
    ),
    route(
      {
        method: 'post',
        path: '/agents',
        summary: 'Make an agent',
        permission: 'agents:create',
        body: CreateAgent,
        response: Agent,
        status: 201,
        idempotent: true,
      },
      async ({ body, claim }) => {
        check.requireTools(body);
        const once = await store.idempotency.once(claim, ({ agents }, id) => agents.insertAgent(body, id));
        return made(once, (id) => store.agents.findAgent(id), tagged);
      },
    ),
    route(
      {
        method: 'get',
        path: '/agents/:id',
        summary: 'Get an agent',
        permission: 'agents:read',
        params: OneAgent,
        response: Agent,
      },
      async ({ params }) => {
        const agent = await store.agents.getAgent(params.id);
        return { body: agent, headers: tagged(agent) };
      },
    ),
    route(
      {
        method: 'put',
        path: '/agents/:id',
        summary: 'Change an agent; runs that have begun keep it as it was',
        permission: 'agents:update',
        params: OneAgent,
        body: CreateAgent,
        response: Agent,
        conditional: true,
      },
      async ({ params, body, expected }) => {
        check.requireTools(body);
        const { id } = await store.agents.getAgent(params.id);
        const agent = await store.agents.updateAgent(id, body, expected);
        return { body: agent, headers: tagged(agent) };
      },
    ),
    route(
      {
        method: 'delete',
        path: '/agents/:id',
        summary: 'Delete an agent',
        permission: 'agents:delete',
        params: OneAgent,
        conditional: true,
      },
      async ({ params, expected }) => {
        const { id } = await store.agents.getAgent(params.id);
        await store.agents.deleteAgent(id, expected);
        return {};
      },
    ),
  ];
}
