import { beforeAll, describe, expect, it } from '@jest/globals';

import type { Agent } from '../../contracts/agent.ts';
import type { Branch, Conversation, Message } from '../../contracts/conversation.ts';
import type { StoredEvent } from '../../contracts/event.ts';
import type { Page } from '../../contracts/page.ts';
import type { Role } from '../../contracts/user.ts';
import { createConversationStates } from '../../store/conversation-state.ts';
import { withApi } from '../../testing/api-server.ts';
import { turnsByHand } from '../../testing/turns-by-hand.ts';

const api = withApi();
const turns = turnsByHand(() => api.pool);

let ada: Agent;
beforeAll(async () => {
  const agent = { name: 'Ada', role: 'Thinks', provider: 'demo', model: 'demo' };
  ada = await api.as.admin.json<Agent>('POST', '/agents', agent);
});

const chat = (by: Role = 'operator'): Promise<Conversation> =>
  api.as[by].json<Conversation>('POST', '/agents/Ada/conversations', { topic: 'Tea' });
const post = (id: string, body: object, by: Role = 'operator', headers?: Record<string, string>) =>
  api.as[by].raw('POST', `/conversations/${id}/messages`, body, headers);
const say = async (
  id: string,
  content: string,
  more: object = {},
  by: Role = 'operator',
): Promise<Message> => {
  const response = await post(id, { content, ...more }, by);
  expect(response.status).toBe(202);
  return (await response.json()) as Message;
};
const get = (id: string) => api.as.admin.json<Conversation>('GET', `/conversations/${id}`);
const messagesOf = async (id: string, query = ''): Promise<Message[]> =>
  (await api.as.admin.json<Page<Message>>('GET', `/conversations/${id}/messages?limit=200${query}`)).items;
const contentsOf = async (id: string, query = '') =>
  (await messagesOf(id, query)).map(({ content }) => content);
const eventsOf = async (id: string) =>
  (await api.as.admin.json<Page<StoredEvent>>('GET', `/conversations/${id}/events?limit=200`)).items;
const branchOff = (id: string, body: object, headers?: Record<string, string>) =>
  api.as.operator.raw('POST', `/conversations/${id}/branches`, body, headers);
const switchTo = (id: string, branch: number) =>
  api.as.operator.json<Conversation>('PATCH', `/conversations/${id}`, { branch });

/** An exchange: a person speaks, the agent answers. */
async function exchange(id: string, question: string, answer: string): Promise<void> {
  await say(id, question);
  const nextTurn = await turns.nextTurn(id);
  expect(await turns.begin(id, nextTurn, ada.id)).toBe('claimed');
  await turns.finish(id, nextTurn, answer);
}

describe('what a person says', () => {
  it('is accepted at once, told, and wakes the workflow', async () => {
    const { id } = await chat();
    const said = await say(id, 'Hi @ada, see `@ada`', { clientMessageId: 'one' });
    expect(said).toMatchObject({
      ...{ conversationId: id, branch: 0, sequence: 1, content: 'Hi @ada, see `@ada`', status: 'completed' },
      ...{ author: { kind: 'user', name: 'operator' }, mentions: [ada.id], clientMessageId: 'one' },
      alternatives: [],
    });
    expect(await get(id)).toMatchObject({ status: 'running', messages: 1 });
    const [, event] = await eventsOf(id);
    expect(event).toMatchObject({
      ...{ type: 'message', sequence: 2 },
      data: {
        ...{ agent_id: null, content: said.content, messageId: said.id, sequence: 1, branch: 0 },
        ...{ clientMessageId: 'one', author: { kind: 'user', name: 'operator' }, mentions: [ada.id] },
      },
    });
  });

  it('is said once, however often and however fast it is sent', async () => {
    const { id } = await chat();
    const body = { content: 'Once', clientMessageId: 'same' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(id, body)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Message).id));
    expect(new Set(ids).size).toBe(1);
    expect(await contentsOf(id)).toEqual(['Once']);
    const late = await post(id, { ...body, content: 'Other words' }, 'operator', {
      'idempotency-key': 'late',
    });
    expect(await late.json()).toMatchObject({ id: ids[0], content: 'Once' });
    const later = await post(id, { ...body, content: 'Other words' }, 'operator', {
      'idempotency-key': 'late',
    });
    expect(later.headers.get('idempotency-replayed')).toBe('true');
    expect(await later.json()).toMatchObject({ id: ids[0], content: 'Once' });
  });

  it('is said once for an Idempotency-Key, also after the conversation has ended', async () => {
    const { id } = await chat();
    const headers = { 'idempotency-key': 'say-once' };
    const answers = await Promise.all(
      [1, 2, 3].map(() => post(id, { content: 'Once' }, 'operator', headers)),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await contentsOf(id)).toEqual(['Once']);
    await api.as.operator.json('POST', `/conversations/${id}/end`);
    expect((await post(id, { content: 'Once' }, 'operator', headers)).status).toBe(202);
    expect((await post(id, { content: 'Twice' }, 'operator', headers)).status).toBe(409);
    expect((await post(id, { content: 'More' })).status).toBe(409);
    expect(await contentsOf(id)).toEqual(['Once']);
  });

  it('keeps one order for all when many post at once', async () => {
    const { id } = await chat();
    const said = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        say(id, `${index}`, {}, index % 2 === 0 ? 'operator' : 'admin'),
      ),
    );
    const sequences = said.map(({ sequence }) => sequence).sort((a, b) => a - b);
    expect(sequences).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    const listed = await messagesOf(id);
    const told = (await eventsOf(id)).filter(({ type }) => type === 'message');
    expect(told.map(({ data }) => data['messageId'])).toEqual(listed.map((message) => message.id));
  });

  it('comes page by page, oldest first', async () => {
    const { id } = await chat();
    for (const content of ['a', 'b', 'c']) await say(id, content);
    const path = `/conversations/${id}/messages`;
    const first = await api.as.operator.json<Page<Message>>('GET', `${path}?limit=2`);
    expect(first.nextCursor).toBe('2');
    const rest = await api.as.operator.json<Page<Message>>('GET', `${path}?limit=2&after=2`);
    expect(rest).toMatchObject({ items: [{ content: 'c' }], nextCursor: null });
  });

  it.each([
    ['nothing', { content: ' \n ' }],
    ['half a character', { content: 'a\ud800' }],
    ['a null character', { content: 'a\0' }],
    ['too much', { content: 'x'.repeat(100_001) }],
    ['no text', { content: 7 }],
    ['a wish that there is not', { content: 'x', whenBusy: 'shout' }],
    ['an empty client id', { content: 'x', clientMessageId: '' }],
    ['the name of somebody else', { content: 'x', author: 'Ada' }],
  ])('is refused where it is %s', async (_, body) => {
    const { id } = await chat();
    expect((await post(id, body)).status).toBe(422);
    expect(await contentsOf(id)).toEqual([]);
  });

  it('is kept to the letter, whatever it holds', async () => {
    const { id } = await chat();
    const content = `'; drop table x; -- \\ \u202e <script>alert(1)</script> ${'👩‍👩‍👧'.repeat(50)} $1 %s {{ secrets.KEY }}`;
    expect((await say(id, content)).content).toBe(content);
    expect(await contentsOf(id)).toEqual([content]);
  });
});

describe('while an agent speaks', () => {
  const busy = async (): Promise<string> => {
    const { id } = await chat();
    await say(id, 'Speak');
    expect(await turns.begin(id, 1, ada.id)).toBe('claimed');
    return id;
  };
  it('a message is stored and waits (queue), steers (steer), or stops the agent (interrupt)', async () => {
    const id = await busy();
    await say(id, 'Later');
    await say(id, 'Mind this', { whenBusy: 'steer' });
    expect(await turns.steering(id)).toEqual([
      { content: 'Speak', steers: false },
      { content: 'Later', steers: false },
      { content: 'Mind this', steers: true },
    ]);
    expect((await get(id)).openTurns).toMatchObject([
      { number: 1, status: 'running', agentName: 'Ada', text: '' },
    ]);
    expect(await turns.isStopRequested(id, 1)).toBe(false);
    await say(id, 'Stop', { whenBusy: 'interrupt' });
    expect(await turns.isStopRequested(id, 1)).toBe(true);
    await turns.giveUp(id, 1);
    expect(await get(id)).toMatchObject({ status: 'running', openTurns: [] });
  });

  it('what waits behind a turn is answered when that turn is stopped', async () => {
    const id = await busy();
    await say(id, 'And then?');
    await api.as.operator.json('POST', `/conversations/${id}/interrupt`);
    await turns.giveUp(id, 1);
    expect(await get(id)).toMatchObject({ status: 'running', openTurns: [] });
    expect((await createConversationStates(api.pool).readState(id)).state).toMatchObject({
      ...{ settled: false, exchange: { openedAt: 2, turns: 0 } },
    });
    expect(await turns.begin(id, 2, ada.id)).toBe('claimed');
  });

  it('a message that does not want to wait is not stored', async () => {
    const id = await busy();
    const headers = { 'idempotency-key': 'busy-key' };
    const body = { content: 'Now or never', whenBusy: 'reject' };
    expect((await post(id, body, 'operator', headers)).status).toBe(409);
    expect(await contentsOf(id)).toEqual(['Speak']);
    await turns.finish(id, 1, 'Done.');
    expect((await post(id, body, 'operator', headers)).status).toBe(202);
    expect(await contentsOf(id)).toEqual(['Speak', 'Done.', 'Now or never']);
  });

  it('steering is an ordinary message when nobody speaks any more', async () => {
    const { id } = await chat();
    await say(id, 'Hello', { whenBusy: 'steer' });
    expect(await turns.steering(id)).toEqual([{ content: 'Hello', steers: false }]);
  });
});

describe('branches', () => {
  it('go on with other words of a person, and nothing is lost', async () => {
    const { id } = await chat();
    await exchange(id, 'Q1', 'A1');
    await exchange(id, 'Q2', 'A2');
    const [, , second] = await messagesOf(id);
    const response = await branchOff(id, { kind: 'edit', messageId: second?.id, content: 'Q2, better @Ada' });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ branch: 1, parent: 0, forkedAfter: 2, reason: 'edit' });
    expect(await contentsOf(id)).toEqual(['Q1', 'A1', 'Q2, better @Ada']);
    expect(await contentsOf(id, '&branch=0')).toEqual(['Q1', 'A1', 'Q2', 'A2']);
    expect(await get(id)).toMatchObject({ branch: 1, status: 'running', messages: 3 });
    const alternatives = async (query: string) =>
      (await messagesOf(id, query)).map((message) => message.alternatives);
    expect(await alternatives('&branch=1')).toEqual([[], [], [0]]);
    expect(await alternatives('&branch=0')).toEqual([[], [], [1], []]);
    const types = (await eventsOf(id)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['branch.created', 'message']);
  });

  it('ask an agent anew: it is its turn, for the same purpose', async () => {
    const { id } = await chat();
    await exchange(id, 'Q1', 'A1');
    const [, answer] = await messagesOf(id);
    const response = await branchOff(id, { kind: 'regenerate', messageId: answer?.id });
    expect(await response.json()).toMatchObject({ branch: 1, forkedAfter: 1, reason: 'regenerate' });
    expect(await contentsOf(id)).toEqual(['Q1']);
    const [question] = await messagesOf(id, '&branch=0');
    expect(question?.alternatives).toEqual([]);
    expect((await messagesOf(id, '&branch=0'))[1]?.alternatives).toEqual([1]);
    expect(await turns.begin(id, 2, ada.id)).toBe('claimed');
    await turns.finish(id, 2, 'A1, anew');
    expect(await contentsOf(id)).toEqual(['Q1', 'A1, anew']);
  });

  it('ask nothing anew of an agent that may not speak any more', async () => {
    const agent = { name: 'Bea', role: 'Thinks', provider: 'demo', model: 'demo' };
    const { id: bea } = await api.as.admin.json<Agent>('POST', '/agents', agent);
    const { id } = await api.as.operator.json<Conversation>('POST', '/agents/Bea/conversations', {
      topic: 'Tea',
    });
    await say(id, 'Q1');
    await turns.begin(id, 1, bea);
    await turns.finish(id, 1, 'A1');
    const [, answer] = await messagesOf(id);
    await api.as.admin.raw('DELETE', '/agents/Bea', undefined, { 'if-match': '*' });
    const response = await branchOff(id, { kind: 'regenerate', messageId: answer?.id });
    expect(response.status).toBe(409);
    expect(await response.text()).toMatch(/may not speak here any more/);
    expect(await get(id)).toMatchObject({ branch: 0 });
  });

  it('have branches of their own, and each shows its way', async () => {
    const { id } = await chat();
    for (const [question, answer] of [
      ['Q1', 'A1'],
      ['Q2', 'A2'],
      ['Q3', 'A3'],
    ] as const)
      await exchange(id, question, answer);
    const edit = async (place: number, content: string): Promise<Branch> => {
      const message = (await messagesOf(id))[place - 1];
      return (await (
        await branchOff(id, { kind: 'edit', messageId: message?.id, content })
      ).json()) as Branch;
    };
    await edit(5, 'Q3b');
    await exchange(id, 'Q4b', 'A4b');
    await edit(3, 'Q2c');
    expect(await contentsOf(id)).toEqual(['Q1', 'A1', 'Q2c']);
    await switchTo(id, 1);
    await edit(6, 'Q4d');
    await edit(1, 'Q1e');
    expect(await contentsOf(id)).toEqual(['Q1e']);
    expect(await contentsOf(id, '&branch=0')).toEqual(['Q1', 'A1', 'Q2', 'A2', 'Q3', 'A3']);
    expect(await contentsOf(id, '&branch=1')).toEqual(['Q1', 'A1', 'Q2', 'A2', 'Q3b', 'Q4b', 'A4b']);
    expect(await contentsOf(id, '&branch=2')).toEqual(['Q1', 'A1', 'Q2c']);
    expect(await contentsOf(id, '&branch=3')).toEqual(['Q1', 'A1', 'Q2', 'A2', 'Q3b', 'Q4d']);
    const at = async (branch: number, place: number) =>
      (await messagesOf(id, `&branch=${branch}`))[place - 1]?.alternatives;
    expect(await at(0, 1)).toEqual([4]);
    expect(await at(4, 1)).toEqual([0]);
    expect(await at(3, 3)).toEqual([2]);
    expect(await at(0, 5)).toEqual([1]);
    expect(await at(3, 5)).toEqual([0]);
    expect(await at(3, 6)).toEqual([1]);
    expect(await at(0, 6)).toEqual([]);
    expect((await get(id)).branches.map(({ branch, parent }) => [branch, parent])).toEqual([
      ...[
        [0, null],
        [1, 0],
        [2, 1],
        [3, 1],
        [4, 3],
      ],
    ]);
  });

  it('are switched; agents speak only where a person had the last word', async () => {
    const { id } = await chat();
    await exchange(id, 'Q1', 'A1');
    const [question] = await messagesOf(id);
    await branchOff(id, { kind: 'edit', messageId: question?.id, content: 'Q1b' });
    expect(await switchTo(id, 0)).toMatchObject({ branch: 0, status: 'idle', messages: 2 });
    expect((await eventsOf(id)).map(({ type }) => type).slice(-2)).toEqual([
      'branch.switched',
      'conversation.idle',
    ]);
    expect(await switchTo(id, 1)).toMatchObject({ branch: 1, status: 'running', messages: 1 });
    expect(await switchTo(id, 0)).toMatchObject({ branch: 0, status: 'idle' });
    expect((await api.as.operator.raw('PATCH', `/conversations/${id}`, { branch: 9 })).status).toBe(422);
    await say(id, 'Q2');
    expect(await contentsOf(id)).toEqual(['Q1', 'A1', 'Q2']);
    expect(await contentsOf(id, '&branch=1')).toEqual(['Q1b']);
  });

  it('stop what is being said; it is kept where it began', async () => {
    const { id } = await chat();
    const { id: question } = await say(id, 'Q1');
    await turns.begin(id, 1, ada.id);
    await branchOff(id, { kind: 'edit', messageId: question, content: 'Q1b' });
    expect(await turns.isStopRequested(id, 1)).toBe(true);
    await turns.giveUp(id, 1);
    expect(await messagesOf(id, '&branch=0')).toMatchObject([{ content: 'Q1' }, { status: 'stopped' }]);
    expect(await contentsOf(id)).toEqual(['Q1b']);
    expect(await get(id)).toMatchObject({ status: 'running' });
  });

  it('are made once for a key', async () => {
    const { id } = await chat();
    const { id: messageId } = await say(id, 'Q1');
    const headers = { 'idempotency-key': 'branch-once' };
    const body = { kind: 'edit', messageId, content: 'Q1b' };
    const answers = await Promise.all([1, 2, 3].map(() => branchOff(id, body, headers)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await Promise.all(answers.map((answer) => answer.json()))).toMatchObject(
      answers.map(() => ({ branch: 1 })),
    );
    expect((await get(id)).branches).toHaveLength(2);
  });

  it('begin at a message that is shown, of the kind that is asked for', async () => {
    const { id } = await chat();
    await exchange(id, 'Q1', 'A1');
    const [question, answer] = await messagesOf(id);
    const statusOf = async (body: object) => (await branchOff(id, body)).status;
    expect(await statusOf({ kind: 'edit', messageId: answer?.id, content: 'x' })).toBe(409);
    expect(await statusOf({ kind: 'regenerate', messageId: question?.id })).toBe(409);
    expect(await statusOf({ kind: 'regenerate', messageId: id })).toBe(422);
    const other = await chat();
    const { id: foreign } = await say(other.id, 'Elsewhere');
    expect(await statusOf({ kind: 'edit', messageId: foreign, content: 'x' })).toBe(422);
    await branchOff(id, { kind: 'edit', messageId: question?.id, content: 'Q1b' });
    expect(await statusOf({ kind: 'regenerate', messageId: answer?.id })).toBe(422);
    await api.as.operator.json('POST', `/conversations/${id}/end`);
    expect(await statusOf({ kind: 'edit', messageId: question?.id, content: 'x' })).toBe(409);
  });
});
