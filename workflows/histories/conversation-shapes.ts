import type { ApprovalSummary } from '../../contracts/approval.ts';
import type { Conversation } from '../../contracts/conversation.ts';
import type { Page } from '../../contracts/page.ts';
import type { ApiClient } from '../../testing/api-client.ts';
import { eventually } from '../../testing/test-server.ts';

/** What people do in a conversation; each gives the id of one whose workflow is recorded as it stands then. */
export const CONVERSATIONS: Readonly<Record<string, (api: ApiClient) => Promise<string>>> = {
  'conversation-discussed': async (api) => {
    const id = await start(api, { circleId: await circle(api), mode: 'round_robin', settings: atMost(3) });
    await untilIs(api, id, 'idle');
    await post(api, id, 'The money is there for three stations only.');
    await untilIs(api, id, 'idle');
    await api.json('PATCH', `/conversations/${id}`, { mode: 'brainstorm' });
    await post(api, id, 'Which ones?');
    await untilIs(api, id, 'idle');
    return id;
  },
  'conversation-approved': async (api) => {
    const id = await start(api, { agentId: await agent(api, ['calculator']) });
    await post(api, id, 'Calculate 17 * 23 and say what the result is.');
    await untilIs(api, id, 'waiting');
    await api.json('POST', `/conversations/${id}/pause`);
    const path = `/approvals?conversationId=${id}&status=pending`;
    const { items } = await api.json<Page<ApprovalSummary>>('GET', path);
    for (const approval of items)
      await api.json('POST', `/approvals/${approval.id}`, { decision: 'approve' });
    await api.json('POST', `/conversations/${id}/resume`);
    await untilIs(api, id, 'idle');
    await api.json('POST', `/conversations/${id}/end`);
    return id;
  },
  'conversation-interrupted': async (api) => {
    const id = await start(api, { circleId: await circle(api), mode: 'debate', settings: atMost(8) });
    await eventually(async () => {
      const { openTurns } = await api.json<Conversation>('GET', `/conversations/${id}`);
      if (openTurns.length === 0) throw new Error('nobody speaks');
    });
    await api.json('POST', `/conversations/${id}/messages`, { content: 'Stop.', whenBusy: 'interrupt' });
    await untilIs(api, id, 'idle');
    await api.json('POST', `/conversations/${id}/end`);
    return id;
  },
};

const TOPIC = `Should the city lend bicycles at every station? Bicycles spare people the bus for short ways. Each station costs 4,000 euros a
year to keep. Last summer one bicycle in nine was broken on any day.`;
const atMost = (turns: number) => ({ termination: { kind: 'maxTurns', turns } });
const named = (name: string): string => `${name} ${crypto.randomUUID().slice(0, 8)}`;

async function agent(api: ApiClient, tools: readonly string[] = []): Promise<string> {
  const made = { role: 'engineer', provider: 'demo', model: 'demo', tools, approveTools: tools };
  return (await api.json<{ id: string }>('POST', '/agents', { name: named('agent'), ...made })).id;
}

async function circle(api: ApiClient): Promise<string> {
  const { id } = await api.json<{ id: string }>('POST', '/circles', { name: named('circle') });
  for (const role of ['facilitator', 'member', 'member', 'judge']) {
    const member = await agent(api);
    await api.json('PUT', `/circles/${id}/members/${member}`, { kind: 'agent', role });
  }
  return id;
}

const start = async (api: ApiClient, body: object): Promise<string> =>
  (await api.json<{ id: string }>('POST', '/conversations', { topic: TOPIC, ...body })).id;

const post = (api: ApiClient, id: string, content: string): Promise<unknown> =>
  api.json('POST', `/conversations/${id}/messages`, { content });

const untilIs = (api: ApiClient, id: string, wanted: string): Promise<void> =>
  eventually(async () => {
    const { status } = await api.json<Conversation>('GET', `/conversations/${id}`);
    if (status !== wanted) throw new Error(`it is ${status}`);
  }, 120_000);
