import { beforeAll, describe, expect, it } from '@jest/globals';

import type { Agent } from '../../contracts/agent.ts';
import type { Circle } from '../../contracts/circle.ts';
import type { Conversation, Message } from '../../contracts/conversation.ts';
import type { StoredEvent } from '../../contracts/event.ts';
import type { Page } from '../../contracts/page.ts';
import type { User } from '../../contracts/user.ts';
import { withApi } from '../../testing/api-server.ts';

const api = withApi();

let agent: Agent;
beforeAll(async () => {
  agent = await api.as.admin.json<Agent>('POST', '/agents', {
    name: 'Ada',
    role: 'Thinker',
    provider: 'demo',
    model: 'demo',
  });
});

describe('a conversation with one agent', () => {
  it('begins with a title that nobody answers, and goes on with what is said', async () => {
    const { operator } = api.as;
    const begun = await operator.json<Conversation>('POST', '/agents/Ada/conversations', { topic: 'Tea' });
    expect(begun).toMatchObject({
      agentId: agent.id,
      agentName: 'Ada',
      circleId: null,
      topic: 'Tea',
      status: 'idle',
      messages: 0,
    });
    const response = await operator.raw('POST', `/conversations/${begun.id}/messages`, {
      content: 'Hi @ada',
    });
    expect(response.status).toBe(202);
    const said = (await response.json()) as Message;
    expect(said).toMatchObject({
      sequence: 1,
      branch: 0,
      author: { kind: 'user', name: 'operator' },
      content: 'Hi @ada',
      mentions: [agent.id],
      alternatives: [],
    });
    expect(await operator.json('GET', `/conversations/${begun.id}`)).toMatchObject({
      status: 'running',
      messages: 1,
      sequence: 2,
    });
    const { items } = await operator.json<Page<StoredEvent>>('GET', `/conversations/${begun.id}/events`);
    expect(items).toMatchObject([
      { type: 'conversation.started', sequence: 1 },
      { type: 'message', sequence: 2, data: { agent_id: null, content: 'Hi @ada' } },
    ]);
  });
});
