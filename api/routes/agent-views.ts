import { PreviewPrompt, PromptPreview } from '../../contracts/agent.ts';
import { AgentSession } from '../../contracts/ledger.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import { systemPromptOf } from '../../platform/prompt/system-prompt.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import { OneAgent } from './agents.ts';

/** What agents do and did, and what they are told. */
export function agentViewRoutes({ store }: Pick<ApiDependencies, 'store'>): Route[] {
  return [
    route(
      {
        ...{ method: 'get', path: '/agents/:id/sessions', permission: 'agents:read' },
        summary: 'List the conversations and runs that an agent takes or took part in',
        ...{ params: OneAgent, query: PageQuery, response: pageOf(AgentSession) },
      },
      async ({ params, query, caller }) => {
        const { id } = await store.agents.getAgent(params.id);
        const page = await store.agentSessions.listAgentSessions(id, { ...query, viewer: caller.user });
        return { body: page };
      },
    ),
    route(
      {
        ...{ method: 'post', path: '/agents/prompt-preview', permission: 'agents:read' },
        summary: 'Say with which system prompt an agent would speak; nothing is stored',
        ...{ body: PreviewPrompt, response: PromptPreview },
      },
      ({ body }) => ({ body: { systemPrompt: systemPromptOf(body) } }),
    ),
  ];
}
