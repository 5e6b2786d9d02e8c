import { beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { MemoryListQuery, type MemoryScope } from '../../contracts/memory.ts';
import type { ModelRequest } from '../../contracts/model.ts';
import { sql } from '../../store/pool.ts';
import { withPool } from '../../testing/shared-servers.ts';
import { openTurnHouse, type TurnConversation, type TurnHouse } from '../../testing/turn-house.ts';

const isExtraction = ({ messages }: ModelRequest): boolean =>
  messages[0]?.content.startsWith('You keep the memory') === true;
const ALL = ['global', 'circle', 'agent', 'conversation'] as const;
const fact = (content: string, more = {}) => ({
  ...{ content, importance: 0.8, tags: ['team'], from: 1, until: 1, supersedes: [], ...more },
});

describe.each(['postgres', 'pglite'] as const)('what is remembered of conversations, on %s', (kind) => {
  let house: TurnHouse;
  withPool(kind, async (pool) => {
    house = await openTurnHouse(pool);
  });
  let conversation: TurnConversation;
  let facts: JsonObject[];

  beforeEach(async () => {
    facts = [];
    house.model = (request) => (isExtraction(request) ? extracted(request) : { text: 'Hello' });
    house.requests = [];
    conversation = await house.start([{ name: 'Ada', memoryScopes: [...ALL] }, 'Ben'], { topic: '' });
  });
  const extracted = ({ outputSchema }: ModelRequest): { data: JsonObject } =>
    JSON.stringify(outputSchema).includes('episode')
      ? { data: { episode: `Told short, ${house.requests.length}` } }
      : { data: { facts } };
  const remember = (one = conversation, attempt = {}) => one.call('rememberConversation', {}, attempt);
  const viewer = () => ({ kind: 'person', id: house.person.id, role: 'admin' }) as const;
  const listed = async (more = {}) => {
    const query = MemoryListQuery.parse({ scope: 'circle', scopeId: conversation.circleId, ...more });
    const { items } = await house.store.memories.listMemories(viewer(), query);
    return items;
  };
  const contents = async (more = {}) => (await listed(more)).map(({ content }) => content);
  const told = async (type: string) => (await conversation.events()).filter((event) => event.type === type);
  const extractions = () => house.requests.filter(isExtraction);
  const say = async (content: string, one = conversation): Promise<void> => {
    await one.post(content);
    await one.speak('Ada');
  };

  it('is kept for the circle with its place and its person, and the conversation is told which, not what', async () => {
    await say('We use Postgres 18.');
    facts = [fact('The team uses Postgres 18.')];
    expect(await remember()).toEqual({ again: true });
    expect(await remember()).toEqual({ again: false });
    const [memory] = await listed();
    expect(memory).toMatchObject({
      ...{ kind: 'fact', content: 'The team uses Postgres 18.', importance: 0.8, tags: ['team'] },
      scope: { kind: 'circle', id: conversation.circleId },
      source: {
        by: { kind: 'house' },
        conversationId: conversation.id,
        messages: { branch: 0, from: 1, until: 1 },
      },
    });
    const [event] = await told('memory.remembered');
    expect(event?.data).toMatchObject({
      kind: 'facts',
      memories: [{ id: memory?.id, kind: 'fact', scope: 'circle' }],
    });
    expect(JSON.stringify(event)).not.toContain('Postgres');
    expect(extractions()).toHaveLength(1);
  });

  it('is told to an agent that remembers, in the next conversation, and to no other', async () => {
    await say('We use Postgres 18.');
    facts = [fact('The team uses Postgres 18.')];
    await remember();
    const next = await house.startBeside(conversation, { topic: '' });
    await next.post('Which Postgres is it?');
    await next.speak('Ada');
    await next.speak('Ben');
    const [ada, ben] = house.requests.slice(-2).map(({ messages }) => messages[0]?.content ?? '');
    expect(ada).toContain('<memories>\n- The team uses Postgres 18.');
    expect(ben).not.toContain('memor');
  });

  it('of a circle of members only is told in no other conversation of the same agent', async () => {
    await house.pool.query(sql.type(z.object({}))`
      update circle.circles set visibility = 'members' where id = ${conversation.circleId}`);
    await say('The password is swordfish.');
    await conversation.call('callTurnTool', { turn: 1, step: 0, call: 'tool.0.0' });
    facts = [fact('The password is swordfish.')];
    await remember();
    const other = await house.start(['Ben']);
    await house.store.circles.putMember(other.circleId, conversation.agents['Ada'] ?? '', {
      ...{ kind: 'agent', role: 'member' },
    });
    await other.post('What is the password?');
    await other.speak(conversation.agents['Ada'] ?? '');
    expect(JSON.stringify(house.requests.at(-1))).not.toContain('swordfish');
    const [inside] = [await house.startBeside(conversation, { topic: '' })];
    await say('What is the password?', inside);
    expect(JSON.stringify(house.requests.at(-1))).toContain('swordfish');
  });

  it('that is contradicted is superseded, and its history kept', async () => {
    await say('The deadline is Friday.');
    facts = [fact('The deadline is Friday.')];
    await remember();
    await say('No, the deadline is Monday.');
    facts = [fact('The deadline is Monday.', { from: 3, until: 3, supersedes: [1, 7] })];
    await remember();
    expect(extractions()[1]?.messages[0]?.content).toContain('<known>\n#1 The deadline is Friday.\n</known>');
    const [memory] = await listed();
    const { chain } = await house.store.memories.getMemory(viewer(), memory?.id ?? '');
    expect(chain.map(({ content, supersedeReason }) => [content, supersedeReason])).toEqual([
      ['The deadline is Friday.', 'contradicted'],
      ['The deadline is Monday.', null],
    ]);
  });

  it('is not what is known already, and not what is nothing', async () => {
    await say('We use Postgres 18.');
    facts = [fact('We use Postgres 18.'), fact('We use postgres 18'), fact(' ')];
    await remember();
    await say('We use Postgres 18, really.');
    await remember();
    expect(await contents()).toEqual(['We use Postgres 18.']);
  });

  it('is told as known what an agent has kept there itself, wherever; only in the same scope it takes its place', async () => {
    await say('Remember that the deadline is Friday.');
    const agentId = conversation.agents['Ada'] ?? '';
    const keep = (content: string, scope: MemoryScope) =>
      house.store.memories.remember(
        { kind: 'agent', agentId, conversationId: conversation.id },
        { content, scope, source: { conversationId: conversation.id } },
        { kind: 'agent', id: agentId, name: 'Ada' },
      );
    await keep('The deadline is Friday.', { kind: 'circle', id: conversation.circleId });
    await keep('Owls are silent.', { kind: 'conversation', id: conversation.id });
    facts = [
      fact('Owls are silent.'),
      fact('The deadline is Friday.'),
      fact('The deadline is Monday.', { supersedes: [1, 2] }),
    ];
    await remember();
    expect(extractions()[0]?.messages[0]?.content).toContain(
      '<known>\n#1 Owls are silent.\n#2 The deadline is Friday.\n</known>',
    );
    expect(await contents()).toEqual(['The deadline is Monday.']);
    const own = { scope: 'conversation', scopeId: conversation.id };
    expect(await contents(own)).toEqual(['Owls are silent.']);
  });

  it('is remembered once and paid for once, also when its worker dies in between', async () => {
    await say('We use Postgres 18.');
    facts = [fact('One'), fact('Two')];
    const { memories } = house.store;
    const whole = memories.remember.bind(memories);
    let calls = 0;
    memories.remember = (...given) => {
      calls += 1;
      if (calls === 2) return Promise.reject(new GatheringFailure('Unavailable', 'gone'));
      return whole(...given);
    };
    const engineRunId = crypto.randomUUID();
    await expect(remember(conversation, { engineRunId })).rejects.toThrow('gone');
    await remember(conversation, { engineRunId, attempt: 2 });
    memories.remember = whole;
    expect((await contents()).sort()).toEqual(['One', 'Two']);
    expect(extractions()).toHaveLength(1);
  });

  it('is left where a budget has too little left: nobody is asked, nothing is paused, and that is told', async () => {
    await say('We use Postgres 18.');
    await house.store.budgets.putBudget(
      { scope: 'conversation', id: conversation.id },
      { tokens: 20, usd: null },
      { user: house.person, requestId: 'test' },
    );
    expect(await remember()).toEqual({ again: true });
    expect(await remember()).toEqual({ again: false });
    expect(extractions()).toEqual([]);
    expect(await told('memory.skipped')).toHaveLength(1);
    expect((await conversation.state()).control).toBe('open');
  });

  it('is left where its model fails for good', async () => {
    await say('We use Postgres 18.');
    house.model = () => {
      throw new GatheringFailure('InvalidInput', 'no such model');
    };
    await remember();
    expect(await remember()).toEqual({ again: false });
    expect(await told('memory.skipped')).toMatchObject([{ data: { reason: 'no such model' } }]);
  });

  it('is nothing where no agent that spoke remembers', async () => {
    await conversation.post('We use Postgres 18.');
    await conversation.speak('Ben');
    facts = [fact('One')];
    expect(await remember()).toEqual({ again: false });
    expect(await contents()).toEqual([]);
  });

  it('is all of it told short at its end, and every twenty messages, the later one in place of the earlier', async () => {
    for (let n = 1; n <= 10; n++) await say(`Message ${n}`);
    await remember();
    await remember();
    const [episode] = await listed({ kind: 'episode' });
    expect(episode).toMatchObject({ kind: 'episode', source: { messages: { from: 1, until: 20 } } });
    await say('The last word');
    await house.store.conversations.end(conversation.id, house.person);
    await remember();
    await remember();
    expect(await remember()).toEqual({ again: false });
    const [renewed] = await listed({ kind: 'episode' });
    expect(renewed).toMatchObject({ supersedes: episode?.id, source: { messages: { from: 1, until: 22 } } });
    expect(extractions().at(-1)?.messages[0]?.content).toContain(`<before>\n${episode?.content ?? '?'}`);
  });

  const deleteCircle = () => house.store.circles.deleteCircle(conversation.circleId, 'any', viewer());
  const everything = async (conversationId = conversation.id) => {
    const query = MemoryListQuery.parse({ conversationId });
    return (await house.store.memories.listMemories({ kind: 'house' }, query)).items;
  };
  const unfinished = () =>
    house.pool.any(sql.type(z.object({ key: z.string() }))`
      select key from memory.extractions where conversation_id = ${conversation.id} and ended_at is null`);

  it('is nothing where its circle was deleted: no model is asked', async () => {
    await say('We use Postgres 18.');
    facts = [fact('The team uses Postgres 18.')];
    await deleteCircle();
    expect(await remember()).toEqual({ again: false });
    expect([await everything(), extractions()]).toEqual([[], []]);
  });

  it('is nothing where its circle is deleted while a model takes it, and nothing of that is left', async () => {
    await say('We use Postgres 18.');
    const answer = house.model;
    house.model = async (request, hooks) => {
      await deleteCircle();
      return answer(request, hooks);
    };
    facts = [fact('The team uses Postgres 18.')];
    expect(await remember()).toEqual({ again: true });
    expect(await remember()).toEqual({ again: false });
    expect([await everything(), await unfinished()]).toEqual([[], []]);
    const [skipped] = await told('memory.skipped');
    expect(skipped?.data['reason']).toContain('nothing is remembered there');
  });

  it('is given up where its circle was deleted after a model had taken it and its worker had died', async () => {
    await say('We use Postgres 18.');
    facts = [fact('One')];
    const { memories } = house.store;
    const whole = memories.remember.bind(memories);
    memories.remember = () => Promise.reject(new GatheringFailure('Unavailable', 'gone'));
    const engineRunId = crypto.randomUUID();
    await expect(remember(conversation, { engineRunId })).rejects.toThrow('gone');
    memories.remember = whole;
    await deleteCircle();
    expect(await remember(conversation, { engineRunId, attempt: 2 })).toEqual({ again: true });
    expect(await remember()).toEqual({ again: false });
    expect([await everything(), await unfinished()]).toEqual([[], []]);
  });

  it('is nothing where the person who talked with an agent was deleted', async () => {
    const other = await house.store.users.insertUser({
      ...{ email: `${crypto.randomUUID()}@example.com`, name: 'Tim', role: 'operator', passwordHash: '' },
    });
    await say('We use Postgres 18.');
    await house.pool.query(sql.type(z.object({}))`
      update conversation.conversations set circle_id = null, started_by = ${other.id} where id = ${conversation.id}`);
    await house.store.users.deleteUser(other.id);
    facts = [fact('The team uses Postgres 18.')];
    expect(await remember()).toEqual({ again: false });
    const agentId = conversation.agents['Ada'] ?? '';
    await expect(
      house.store.memories.remember(
        { kind: 'agent', agentId, conversationId: conversation.id },
        { content: 'The badger sleeps.', scope: { kind: 'agent', id: agentId } },
        { kind: 'agent', id: agentId, name: 'Ada' },
      ),
    ).rejects.toMatchObject({ type: 'NotFound' });
    expect([await everything(), extractions()]).toEqual([[], []]);
  });

  it('is forgotten with its conversation, and what was said till then is not taken again', async () => {
    for (let n = 1; n <= 3; n++) await say(`Message ${n}`);
    facts = [fact('One')];
    await remember();
    expect(await contents()).toEqual(['One']);
    await say('Message 4');
    const { memories } = house.store;
    expect(await memories.forgetAll(viewer(), { of: 'conversation', id: conversation.id })).toEqual({
      ...{ memories: 1, documents: 0 },
    });
    await house.store.conversations.end(conversation.id, house.person);
    expect(await remember()).toEqual({ again: false });
    expect(await everything()).toEqual([]);
  });

  const forgotten: [string, () => Promise<unknown>][] = [
    [
      'whoever said it has had themselves forgotten',
      () => house.store.memories.forgetAll(viewer(), { of: 'person', id: house.person.id }),
    ],
    [
      'its circle was forgotten',
      () => house.store.memories.forgetAll(viewer(), { of: 'circle', id: conversation.circleId }),
    ],
    [
      'one thing taken from it was forgotten',
      async () => {
        for (const { id } of await listed()) await house.store.memories.forgetMemory(viewer(), id);
      },
    ],
  ];
  it.each(forgotten)('is not taken again after %s; what is said later is', async (_, forget) => {
    for (let n = 1; n <= 3; n++) await say(`The marmot ${n}`);
    facts = [fact('The marmot sleeps.')];
    await remember();
    await say('The marmot wakes.');
    await forget();
    expect(await everything()).toEqual([]);
    await say('We use Postgres 18.');
    facts = [];
    await house.store.conversations.end(conversation.id, house.person);
    await remember();
    await remember();
    expect(await remember()).toEqual({ again: false });
    const asked = JSON.stringify(extractions().slice(1));
    expect([asked.includes('marmot'), asked.includes('Postgres 18')]).toEqual([false, true]);
    const [episode] = await listed({ kind: 'episode' });
    expect(episode).toMatchObject({ source: { messages: { from: 9, until: 10 } } });
  });

  it('goes with a person who spoke there, told short as it is', async () => {
    for (let n = 1; n <= 3; n++) await say(`Message ${n}`);
    await house.store.conversations.end(conversation.id, house.person);
    await remember();
    await remember();
    expect(await listed({ kind: 'episode' })).toHaveLength(1);
    await house.store.memories.forgetAll(viewer(), { of: 'person', id: house.person.id });
    expect(await everything()).toEqual([]);
  });

  it('is not kept where its conversation is forgotten while a model takes it', async () => {
    await say('We use Postgres 18.');
    const answer = house.model;
    house.model = async (request, hooks) => {
      await house.store.memories.forgetAll(viewer(), { of: 'conversation', id: conversation.id });
      return answer(request, hooks);
    };
    facts = [fact('The team uses Postgres 18.')];
    const engineRunId = crypto.randomUUID();
    await expect(remember(conversation, { engineRunId })).rejects.toThrow('later attempt');
    expect(await remember(conversation, { engineRunId, attempt: 2 })).toEqual({ again: false });
    expect(await everything()).toEqual([]);
  });
});
