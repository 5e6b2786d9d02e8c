import { beforeEach, describe, expect, it } from '@jest/globals';

import { MemoryListQuery } from '../../contracts/memory.ts';
import type { ModelRequest } from '../../contracts/model.ts';
import { workflowIdOf } from '../../contracts/place.ts';
import { withConversations } from '../../testing/conversation-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withConversations(temporal);

const isExtraction = ({ messages }: ModelRequest): boolean =>
  messages[0]?.content.startsWith('You keep the memory') === true;
const RULE = 'The heron log is kept by Pia.';
const FACT = { content: RULE, importance: 0.8, tags: [], from: 1, until: 1, supersedes: [] };
let requests: ModelRequest[] = [];

beforeEach(() => {
  requests = [];
  house.failpoint = () => Promise.resolve();
  house.model = (request) => {
    requests.push(request);
    return isExtraction(request) ? { data: { facts: [FACT] } } : { text: 'Noted' };
  };
});

describe('what is said in a conversation', () => {
  const remembered = async (conversationId: string) => {
    const query = MemoryListQuery.parse({ conversationId });
    return (await house.store.memories.listMemories({ kind: 'house' }, query)).items;
  };
  const statusOf = async (conversationId: string) =>
    (await temporal.current.client.workflow.getHandle(workflowIdOf.remember(conversationId)).describe())
      .status.name;

  it('is remembered once agents have spoken, whatever its worker goes through, and told in the next conversation', async () => {
    const circle = await house.circle([{ name: 'Ada', memoryScopes: ['circle'] }]);
    let deaths = 0;
    house.failpoint = (name, key) => {
      if (!key.includes('/remember/') || name !== 'effect.recorded' || deaths >= 2) return Promise.resolve();
      deaths += 1;
      return Promise.reject(new Error('the worker died'));
    };
    const conversation = await house.start({ circle: circle.id });
    await conversation.post('Remember that I keep the heron log.');
    await conversation.untilIs('idle');
    await eventually(async () => expect(await remembered(conversation.id)).toHaveLength(1));
    await eventually(async () => expect(await statusOf(conversation.id)).toBe('COMPLETED'));
    expect(requests.filter(isExtraction)).toHaveLength(1);
    expect(deaths).toBeGreaterThan(0);

    const next = await house.start({ circle: circle.id });
    await next.post('Who keeps the heron log?');
    await next.untilIs('idle');
    const asked = requests.filter((request) => !isExtraction(request)).at(-1);
    expect(asked?.messages[0]?.content).toContain(RULE);
  });

  it('wakes nothing where no agent remembers', async () => {
    const circle = await house.circle(['Ada']);
    const conversation = await house.start({ circle: circle.id });
    await conversation.post('Remember that I keep the heron log.');
    await conversation.untilIs('idle');
    const of = { kind: 'conversation', subject: conversation.id } as const;
    expect(await house.store.wakeUps.listWakeUps({ of }, 100)).toEqual([]);
    await expect(statusOf(conversation.id)).rejects.toThrow();
  });
});
