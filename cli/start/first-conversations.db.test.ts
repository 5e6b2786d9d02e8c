import { expect, it } from '@jest/globals';

import { CreateAgent } from '../../contracts/agent.ts';
import type { ConversationSummary } from '../../contracts/conversation.ts';
import type { ProviderName } from '../../contracts/model.ts';
import type { Page } from '../../contracts/page.ts';
import { CircleSeed } from '../../seeds/circle-seed.ts';
import { withApi } from '../../testing/api-server.ts';
import { createApiClient } from '../api-client.ts';
import { startFirstConversations } from './first-conversations.ts';
import { storeDefinitions } from './seed-definitions.ts';

const api = withApi();
const agent = (name: string, provider: ProviderName) =>
  CreateAgent.parse({ name, role: 'tests', provider, model: 'm' });
const circle = (name: string, members: readonly string[]) =>
  CircleSeed.parse({ name, topic: `What of ${name}?`, members: members.map((one) => ({ agent: one })) });

/** @returns the topics of all conversations that there are then */
async function begin(...circles: CircleSeed[]): Promise<string[]> {
  const client = createApiClient({ url: api.url, token: () => Promise.resolve(api.as.admin.token) });
  await startFirstConversations({ client, pool: api.pool, circles, log: { note: () => undefined } });
  const { items } = await api.as.admin.json<Page<ConversationSummary>>('GET', '/conversations');
  return items.map(({ topic }) => topic).toSorted();
}

it('begins one conversation in each circle, once, where every agent is free of charge', async () => {
  const agents = [agent('one', 'demo'), agent('two', 'demo'), agent('dear', 'openai')];
  const circles = [circle('free', ['one', 'two']), circle('charged', ['one', 'dear'])];
  await storeDefinitions(api.pool, { agents, circles, pipelines: [] });
  expect(await begin(...circles)).toEqual(['What of free?']);
  expect(await begin(...circles)).toEqual(['What of free?']);
  await storeDefinitions(api.pool, { agents: [agent('dear', 'demo')], pipelines: [] });
  expect(await begin(...circles)).toEqual(['What of charged?', 'What of free?']);
});

it('starts all the same when somebody has deleted the circle', async () => {
  const gone = circle('gone', ['one', 'two']);
  await storeDefinitions(api.pool, { agents: [], circles: [gone], pipelines: [] });
  await api.as.admin.raw('DELETE', '/circles/gone', undefined, { 'if-match': '*' });
  expect(await begin(gone)).not.toContain('What of gone?');
});
