import { randomUUID } from 'node:crypto';

import { beforeEach, describe, expect, it } from '@jest/globals';

import { withPool } from '../../testing/shared-servers.ts';
import { openTurnHouse, type TurnConversation, type TurnHouse } from '../../testing/turn-house.ts';

const call = (name: string, args: object = {}) => ({ id: randomUUID(), name, arguments: { ...args } });

describe.each(['postgres', 'pglite'] as const)('the state of a conversation on %s', (kind) => {
  let house: TurnHouse;
  withPool(kind, async (pool) => {
    house = await openTurnHouse(pool);
  });
  let conversation: TurnConversation;
  let [ada, ben] = ['', ''];
  const start = async (more?: object) => {
    conversation = await house.start(['Ada', 'Ben', { name: 'Olga', role: 'observer' }], more);
    [ada = '', ben = ''] = [conversation.agents['Ada'], conversation.agents['Ben']];
  };
  beforeEach(async () => {
    house.model = () => ({ text: 'Hello' });
    house.requests = [];
    await start();
  });

  it('begins with the topic, and with all who may speak', async () => {
    expect(await conversation.state()).toMatchObject({
      ...{
        control: 'open',
        mode: 'round_robin',
        nextTurn: 1,
        settled: false,
        lastSpeaker: null,
        regenerate: null,
      },
      speakers: [
        { id: ada, role: 'member', limits: { maxSteps: 12 } },
        { id: ben, role: 'member' },
      ],
      exchange: { openedAt: 0, turns: 0, tokens: 0, costUsd: 0, completed: {}, recent: [] },
    });
  });

  it('knows whom the topic and what opened the exchange mention', async () => {
    const name = (await conversation.state()).speakers[1]?.name ?? '';
    await start({ topic: `What does @everyone say?` });
    expect((await conversation.state()).exchange.mentions).toEqual([ada, ben]);
    await conversation.post(`And what of @nobody?`);
    expect((await conversation.state()).exchange.mentions).toEqual([]);
    expect(name).not.toBe('');
  });

  it('knows whom all that people said mentions that no turn has read', async () => {
    const [first, second] = (await conversation.state()).speakers.map(({ name }) => `@${name}`);
    const mentions = async () => (await conversation.state()).exchange.mentions;
    await conversation.post(`${second}?`);
    await conversation.post(`${first} and ${second}?`);
    await conversation.post('Anybody?');
    expect(await mentions()).toEqual([ben, ada]);
    house.model = () => ({ toolCalls: [call('current_time')] });
    await conversation.speak('Ben');
    expect(await mentions()).toEqual([ben, ada]);
    await conversation.post(`${first}!`);
    await conversation.post('Please!');
    house.model = () => ({ text: 'Late' });
    await conversation.speak('Ben', { number: 1, step: 1 });
    expect(await mentions()).toEqual([ada]);
    await conversation.speak('Ada');
    await conversation.post('And now?');
    expect(await mentions()).toEqual([]);
  });

  it('knows on a branch whom what nobody has read there mentions', async () => {
    const [first, second] = (await conversation.state()).speakers.map(({ name }) => `@${name}`);
    await conversation.post(`${first}?`);
    const messageId = await conversation.post('Anybody?');
    await conversation.speak('Ada');
    const content = `${second}?`;
    await house.store.conversationBranches.branchOff(
      conversation.id,
      { kind: 'edit', messageId, content, mentions: [ben] },
      house.person,
    );
    expect((await conversation.state()).exchange).toMatchObject({ openedAt: 2, mentions: [ada, ben] });
  });

  it('wants nothing anew of an agent that may not speak any more', async () => {
    await conversation.post('Tea?');
    await conversation.speak('Ada');
    const { items } = await house.store.conversationMessages.listMessages(conversation.id, {
      ...{ after: 0, limit: 9, branch: undefined },
    });
    const anew = { kind: 'regenerate' as const, messageId: items[1]?.id ?? '', mentions: [] };
    await house.store.conversationBranches.branchOff(conversation.id, anew, house.person);
    expect(await conversation.state()).toMatchObject({ regenerate: { agentId: ada } });
    const { circleId } = await house.store.conversations.getConversation(conversation.id, house.person);
    await house.store.circles.putMember(circleId ?? '', ada, { kind: 'agent', role: 'observer' });
    expect(await conversation.state()).toMatchObject({ regenerate: null, settled: false });
    expect(await conversation.speak('Ben')).toMatchObject({ kind: 'ended', status: 'completed' });
    await house.store.circles.putMember(circleId ?? '', ada, { kind: 'agent', role: 'member' });
    expect(await conversation.state()).toMatchObject({ regenerate: null });
  });

  it('knows what a turn told its mode, also where the model said it beside a tool call', async () => {
    await start({ mode: 'facilitator_led' });
    const name = (await conversation.state()).speakers[1]?.name ?? '';
    house.model = () => ({
      text: `@${name}, please`,
      toolCalls: [call('choose_speaker', { speaker: name.toUpperCase(), why: 'x' })],
    });
    await conversation.speak('Ada', { purpose: 'facilitate' });
    house.model = () => ({ toolCalls: [call('conclude', { why: 'Enough' }), call('current_time')] });
    await conversation.speak('Ada', { number: 2, purpose: 'facilitate' });
    house.model = () => ({ text: 'That is all' });
    await conversation.speak('Ada', { number: 2, step: 1, purpose: 'facilitate' });
    expect((await conversation.state()).exchange.recent).toMatchObject([
      { number: 1, next: ben, mentions: [ben] },
      { number: 2, concludes: true },
    ]);
    expect(house.requests.at(-1)?.messages.slice(-2)).toMatchObject([
      { content: 'Noted.' },
      { isError: true },
    ]);
  });

  it('a control call that names nobody is answered, and the turn goes on', async () => {
    await start({ mode: 'handoff' });
    house.model = ({ messages }) =>
      messages.at(-1)?.role === 'tool'
        ? { text: '', toolCalls: [call('hand_over', { to: ben, why: 'He knows' })] }
        : { text: 'Hm', toolCalls: [call('hand_over', { to: 'Zoe', why: 'She knows' })] };
    const first = await conversation.speak('Ada');
    expect(first).toMatchObject({ kind: 'tools', toolCalls: [{ id: 'tool.0.0', name: 'hand_over' }] });
    expect(await conversation.call('callTurnTool', { turn: 1, step: 0, call: 'tool.0.0' })).toEqual({
      kind: 'done',
    });
    expect(await conversation.speak('Ada', { number: 1, step: 1 })).toMatchObject({ status: 'completed' });
    expect(await conversation.said()).toEqual([
      expect.stringMatching(/^Ada: Ben \S+ takes over: He knows\.$/),
    ]);
    expect((await conversation.events()).filter(({ type }) => type.startsWith('tool.'))).toEqual([]);
  });

  it('knows the texts that end the exchange', async () => {
    house.model = () => ({ text: 'All is said. [DONE]' });
    await conversation.speak('Ada');
    expect((await conversation.state()).exchange.recent).toMatchObject([{ texts: ['[DONE]'] }]);
  });

  it('rises in its revision with every change', async () => {
    const revisions = [(await conversation.state()).revision];
    const look = async () => void revisions.push((await conversation.state()).revision);
    house.model = () => ({ toolCalls: [call('current_time')] });
    await conversation.speak('Ada');
    await look();
    house.model = () => ({ text: 'It is late' });
    await conversation.speak('Ada', { number: 1, step: 1 });
    await look();
    await conversation.post('Why?');
    await look();
    expect([...new Set(revisions)].toSorted((a, b) => a - b)).toEqual(revisions);
  });

  it('a new exchange begins with what a person says, and knows who spoke before it', async () => {
    await conversation.speak('Ada');
    await conversation.post('Why?');
    await conversation.post('Really?');
    expect(await conversation.state()).toMatchObject({
      lastSpeaker: ada,
      exchange: { openedAt: 3, turns: 0 },
    });
    await conversation.speak('Ben');
    expect(await conversation.state()).toMatchObject({
      lastSpeaker: ada,
      exchange: { turns: 1, recent: [{ agentId: ben }] },
    });
  });

  it('a turn that was under way when a person spoke counts for the exchange before', async () => {
    house.model = () => ({ toolCalls: [call('current_time')] });
    await conversation.speak('Ada');
    await conversation.post('Why?');
    house.model = () => ({ text: 'It is late' });
    await conversation.speak('Ada', { number: 1, step: 1 });
    expect(await conversation.state()).toMatchObject({
      lastSpeaker: ada,
      exchange: { openedAt: 1, turns: 0, recent: [] },
    });
  });

  it('counts on a branch what the branch shows', async () => {
    await conversation.post('Tea?');
    await conversation.speak('Ada');
    await conversation.speak('Ben');
    const { items } = await house.store.conversationMessages.listMessages(conversation.id, {
      after: 0,
      limit: 9,
      branch: undefined,
    });
    await house.store.conversationBranches.branchOff(
      conversation.id,
      { kind: 'regenerate', messageId: items[2]?.id ?? '', mentions: [] },
      house.person,
    );
    expect(await conversation.state()).toMatchObject({
      regenerate: { agentId: ben, purpose: 'speak' },
      exchange: { turns: 1, completed: { speak: 1 }, recent: [{ number: 1 }] },
    });
    expect(await conversation.speak('Ada')).toMatchObject({ kind: 'paused' });
    house.model = () => ({ text: 'Anew' });
    await conversation.speak('Ben');
    expect(await conversation.state()).toMatchObject({
      regenerate: null,
      exchange: { turns: 2, completed: { speak: 2 }, recent: [{ number: 1 }, { number: 3 }] },
    });
    expect((await conversation.said()).slice(1)).toEqual(['Ada: Hello', 'Ben: Anew']);
  });

  it('is settled once, and only as it was when that was decided', async () => {
    await conversation.speak('Ada');
    const step = { kind: 'settle', reason: 'maxTurns', termination: 'maxTurns' } as const;
    const { revision } = await conversation.state();
    await conversation.post('One more');
    expect(await conversation.call('settleConversation', { revision, step })).toMatchObject({
      settled: false,
    });
    const now = (await conversation.state()).revision;
    expect(await conversation.call('settleConversation', { revision: now, step })).toMatchObject({
      settled: true,
    });
    expect(await conversation.call('settleConversation', { revision: now, step })).toMatchObject({
      settled: true,
    });
    const idle = (await conversation.events()).filter(({ type }) => type === 'conversation.idle');
    expect(idle).toMatchObject([{ data: { reason: 'maxTurns', termination: 'maxTurns' } }]);
    expect(await conversation.speak('Ben')).toMatchObject({ kind: 'paused', state: { openTurns: [] } });
    await conversation.post('And now?');
    expect(await conversation.state()).toMatchObject({ settled: false });
  });

  it('is ended for good', async () => {
    const { revision } = await conversation.state();
    const step = { kind: 'end', reason: 'idle' } as const;
    expect(await conversation.call('settleConversation', { revision, step })).toMatchObject({
      control: 'ended',
    });
    expect(await conversation.speak('Ben')).toMatchObject({
      kind: 'paused',
      state: { control: 'ended', openTurns: [] },
    });
  });

  it('knows how well each fits what was said, where the mode asks for it', async () => {
    await start({ mode: 'free_form', topic: 'testers' });
    const { relevance } = await conversation.state();
    expect(Object.keys(relevance).toSorted()).toEqual([ada, ben].toSorted());
    expect(relevance[ada]).toBeGreaterThan(0);
  });
});
