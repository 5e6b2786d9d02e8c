import { beforeAll, describe, expect, it } from '@jest/globals';

import { createModelPort } from '../activities/model/index.ts';
import { storeDefinitions } from '../cli/start/seed-definitions.ts';
import type { Message, Turn } from '../contracts/conversation.ts';
import { withConversations } from '../testing/conversation-house.ts';
import { withTemporal } from '../testing/shared-servers.ts';
import { loadSeeds, type Seeds } from './seed-definitions.ts';

const temporal = withTemporal();
const house = withConversations(temporal);
const MOST_MS = 60_000;
let seeds: Seeds;

beforeAll(async () => {
  seeds = await loadSeeds();
  const agents = seeds.agents({ provider: 'demo', model: 'demo' });
  await storeDefinitions(house.pool, { agents, circles: seeds.circles, pipelines: [] });
  const port = createModelPort({}, { demoChunkDelayMs: 0 });
  house.model = (request, hooks) => port.call(request, { ...hooks, onProgress: () => undefined });
});

/** Lets a shipped circle discuss its own topic, as a newcomer finds it. */
async function discuss(name: string) {
  const topic = seeds.circles.find((circle) => circle.name === name)?.topic ?? '';
  const conversation = await house.start({ circle: name, topic });
  await conversation.untilIs('idle', MOST_MS);
  const [messages, turns] = [await conversation.messages(), await conversation.turns()];
  return { conversation, messages, turns, reason: (await conversation.get()).statusReason };
}
const parts = (turns: readonly Turn[]): string[] =>
  turns.map(({ agentName, purpose }) => `${agentName} ${purpose}`);
const textOf = (messages: readonly Message[], index: number): string => messages.at(index)?.content ?? '';

describe('the shipped circles, with the demo provider', () => {
  it('editorial-team: drafts, reviews, revises, and stops when both reviewers approve', async () => {
    const { messages, turns, reason } = await discuss('editorial-team');
    const reviews = ['critic review', 'researcher review'];
    expect(parts(turns)).toEqual(['editor draft', ...reviews, 'editor revise', ...reviews]);
    expect(reason).toBe('Everybody has approved');
    expect(textOf(messages, 0)).toMatch(/^## Draft[\s\S]*3 November/);
    expect(textOf(messages, 3)).toMatch(/^## Next draft[\s\S]*3 November[\s\S]*Taken up[\s\S]*critic/);
  }, 90_000);

  it('design-debate: hears both sides in turn, twice, then the judge', async () => {
    const { messages, turns, reason } = await discuss('design-debate');
    const round = ['backend-engineer', 'product-manager', 'security-reviewer', 'frontend-engineer'];
    expect(parts(turns)).toEqual([...[...round, ...round].map((name) => `${name} argue`), 'judge judge']);
    expect(reason).toBe('The judge has decided');
    expect(textOf(messages, -1)).toContain('**Judgement:** for ');
  }, 90_000);

  it('incident-room: is led to everybody, and goes on when a person says something', async () => {
    const { conversation, turns, reason } = await discuss('incident-room');
    const lead = 'incident-lead facilitate';
    const others = ['operations-engineer', 'backend-engineer', 'support-agent', 'note-taker'];
    const led = [...others.flatMap((name) => [lead, `${name} speak`]), lead];
    expect(parts(turns)).toEqual(led);
    expect(reason).toBe('The facilitator has concluded');
    await conversation.post('We went back to the version before at 14:40; the timeouts are gone.');
    await conversation.untilIs('idle', MOST_MS);
    expect(parts(await conversation.turns())).toEqual([...led, ...led]);
  }, 120_000);

  it('say in each answer that it is the demo’s', async () => {
    const { messages } = await discuss('editorial-team');
    for (const { content, status } of messages) {
      expect(status).toBe('completed');
      expect(content).toMatch(/demo/);
    }
  }, 90_000);
});
