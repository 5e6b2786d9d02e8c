import { beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { EVERYWHERE, MemoryListQuery } from '../../contracts/memory.ts';
import { sql } from '../../store/pool.ts';
import { withPool } from '../../testing/shared-servers.ts';
import { openTurnHouse, type TurnConversation, type TurnHouse } from '../../testing/turn-house.ts';

const TOOLS = ['remember', 'recall', 'update_block', 'search_knowledge', 'forget'];
const Nothing = z.object({});

describe.each(['postgres', 'pglite'] as const)('the tools by which agents remember, on %s', (kind) => {
  let house: TurnHouse;
  withPool(kind, async (pool) => {
    house = await openTurnHouse(pool);
  });
  let conversation: TurnConversation;

  beforeEach(async () => {
    house.requests = [];
    const memoryScopes = ['circle', 'agent'] as const;
    conversation = await house.start([{ name: 'Ada', memoryScopes: [...memoryScopes], tools: TOOLS }, 'Ben']);
    await conversation.post('Please do it.');
  });

  /** Lets Ada call a tool, then say something; answers with what the tool gave. */
  const use = async (name: string, args: JsonObject, text = 'Done', times = 1): Promise<string> => {
    const { nextTurn: number } = await conversation.state();
    house.model = () => ({ toolCalls: [{ id: 'c', name, arguments: args }] });
    await conversation.speak('Ada', { number });
    for (let n = 0; n < times; n++)
      await conversation.call('callTurnTool', { turn: number, step: 0, call: 'tool.0.0' });
    house.model = () => ({ text });
    await conversation.speak('Ada', { number, step: 1 });
    return house.requests.at(-1)?.messages.at(-1)?.content ?? '';
  };
  const memories = async () => {
    const query = MemoryListQuery.parse({ scopeId: conversation.circleId });
    return (await house.store.memories.listMemories({ kind: 'house' }, query)).items;
  };

  it('keep a fact for the circle, once, with who wanted it; find it, and forget it', async () => {
    const answer = await use('remember', { content: 'Pia likes herons.', tags: ['birds'] }, 'Done', 2);
    expect(answer).toMatch(/^Remembered in the scope circle/);
    const [memory, ...others] = await memories();
    expect(others).toEqual([]);
    expect(memory).toMatchObject({
      ...{ content: 'Pia likes herons.', tags: ['birds'] },
      source: { by: { kind: 'agent', id: conversation.agents['Ada'] }, messages: { from: 1, until: 1 } },
    });
    expect(await use('recall', { query: 'herons' })).toContain(`- Pia likes herons.\n  (fact of`);
    expect(await use('forget', { id: memory?.id ?? '' })).toBe('Forgotten.');
    expect(await memories()).toEqual([]);
  });

  it('let the model of the agent order what is found again, and say why where it could not', async () => {
    for (const content of ['Herons nest in May.', 'Herons eat fish.']) await use('remember', { content });
    const recallBy = async (judge: TurnHouse['model']): Promise<string> => {
      house.model = (request, hooks) =>
        request.outputSchema === undefined
          ? { toolCalls: [{ id: 'c', name: 'recall', arguments: { query: 'herons', rerank: true } }] }
          : judge(request, hooks);
      const { nextTurn: turn } = await conversation.state();
      await conversation.speak('Ada', { number: turn });
      await conversation.call('callTurnTool', { turn, step: 0, call: 'tool.0.0' });
      house.model = () => ({ text: 'Done' });
      await conversation.speak('Ada', { number: turn, step: 1 });
      return house.requests.at(-1)?.messages.at(-1)?.content ?? '';
    };
    const plain = await recallBy(() => ({ data: { scores: [0.5, 0.5] } }));
    const turned = await recallBy(() => ({ data: { scores: [0.1, 0.9] } }));
    const orderOf = (answer: string): string[] => [...answer.matchAll(/Herons \w+/g)].map(([found]) => found);
    expect(orderOf(turned)).toEqual(orderOf(plain).toReversed());
    const judged = house.requests.find(({ outputSchema }) => outputSchema !== undefined);
    expect(judged?.messages.at(-1)?.content).toContain('<passage number="2">');
    const failed = await recallBy(() => {
      throw new GatheringFailure('Unavailable', 'The judge is away');
    });
    expect(orderOf(failed)).toEqual(orderOf(plain));
    expect(failed).toContain('(Not reranked: The judge is away)');
  });

  it('write blocks, which are before the agent from then on; a line is added once', async () => {
    await use('update_block', { name: 'style', content: 'Short.' });
    await use('update_block', { name: 'style', append: 'No jokes.' }, 'Done', 2);
    await conversation.speak('Ada');
    const system = house.requests.at(-1)?.messages[0]?.content;
    expect(system).toContain('<block name="style" scope="circle">\nShort.\nNo jokes.\n</block>');
  });

  it('write a block anew where one of that name has expired, which is before no agent any more', async () => {
    await use('update_block', { name: 'notice', content: 'Closed.' });
    await house.pool.query(sql.type(Nothing)`
      update memory.memories set expires_at = now() - interval '1 second' where name = 'notice'`);
    await conversation.speak('Ada');
    expect(house.requests.at(-1)?.messages[0]?.content).not.toContain('Closed.');
    await use('update_block', { name: 'notice', append: 'Open.' });
    await conversation.speak('Ada');
    const system = house.requests.at(-1)?.messages[0]?.content;
    expect(system).toContain('<block name="notice" scope="circle">\nOpen.\n</block>');
  });

  it('say which scopes there are where one is wanted that the agent has not', async () => {
    const answer = await use('remember', { content: 'Everywhere', scope: 'global' });
    expect(answer).toContain('Your scopes here: circle, agent');
    expect(await memories()).toEqual([]);
  });

  it('find passages by number, and an answer keeps those that it cites', async () => {
    const document = uuid();
    const chunk = uuid();
    await house.pool.query(sql.type(Nothing)`
      insert into memory.knowledge_base (id, name, scope_kind, scope_id, audience, format, media_type, bytes, sha256, created_by, status, chunks)
      values (${document}, 'birds.md', 'circle', ${conversation.circleId}, ${EVERYWHERE}, 'markdown', 'text/markdown', 1, '\\x00', 'Pia', 'completed', 1)`);
    await house.pool.query(sql.type(Nothing)`
      insert into memory.chunks (id, document_id, scope_id, audience, version, position, content, headings, embedded_hash, words)
      values (${chunk}, ${document}, ${conversation.circleId}, ${EVERYWHERE}, 1, 0, 'Herons nest in March.', '{Herons}', '\\x00', '')`);
    const answer = await use('search_knowledge', { query: 'herons nest' }, 'In March [1], not in May [7].');
    expect(answer).toBe('[1] birds.md › Herons\nHerons nest in March.');
    const { items } = await house.store.conversationMessages.listMessages(conversation.id, {
      ...{ after: 0, limit: 100, branch: undefined },
    });
    const citation = {
      ...{ number: 1, chunkId: chunk, documentId: document, documentName: 'birds.md' },
      ...{ page: null, headings: ['Herons'] },
    };
    expect(items.at(-1)?.citations).toEqual([citation]);
    const told = (await conversation.events()).findLast(({ type }) => type === 'message');
    expect(told?.data['citations']).toEqual([citation]);
  });
});
