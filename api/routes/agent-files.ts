import { z } from 'zod';

import { Agent } from '../../contracts/agent.ts';
import { createAgentCheck } from '../check-agent.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { agentToYaml } from '../presenters/agent-yaml.ts';
import { made } from '../presenters/made.ts';
import { definitionFromYaml } from '../presenters/pipeline-yaml.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import { OneAgent, tagged } from './agents.ts';

/** Agents as files, to carry them from one house to another. */
export function agentFileRoutes({ store, catalogue }: Pick<ApiDependencies, 'store' | 'catalogue'>): Route[] {
  const check = createAgentCheck(catalogue.tools);
  return [
    route(
      {
        ...{ method: 'post', path: '/agents/import', summary: 'Make an agent from YAML' },
        ...{ permission: 'agents:create', body: z.string(), consumes: 'application/yaml' },
        ...{ response: Agent, status: 201, idempotent: true },
      },
      async ({ body, claim }) => {
        const agent = check.require(definitionFromYaml(body));
        const once = await store.idempotency.once(claim, ({ agents }, id) => agents.insertAgent(agent, id));
        return made(once, (id) => store.agents.findAgent(id), tagged);
      },
    ),
    route(
      {
        ...{ method: 'get', path: '/agents/:id/export', summary: 'Get an agent as YAML' },
        ...{ permission: 'agents:read', params: OneAgent, produces: 'application/yaml' },
      },
      async ({ params }) => {
        const agent = await store.agents.getAgent(params.id);
        return {
          write: (response) => {
            for (const [name, value] of Object.entries(tagged(agent))) response.setHeader(name, value);
            response.attachment(`${agent.name}.yaml`).type('application/yaml; charset=utf-8');
            response.end(agentToYaml(agent));
          },
        };
      },
    ),
  ];
}
