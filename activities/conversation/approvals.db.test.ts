import { randomUUID } from 'node:crypto';

import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Decide } from '../../contracts/approval.ts';
import { withPool } from '../../testing/shared-servers.ts';
import { openTurnHouse, type TurnConversation, type TurnHouse } from '../../testing/turn-house.ts';

describe.each(['postgres', 'pglite'] as const)('a tool call that people have to approve, on %s', (kind) => {
  let house: TurnHouse;
  withPool(kind, async (pool) => {
    house = await openTurnHouse(pool);
  });
  let conversation: TurnConversation;
  const step = { turn: 1, step: 0, call: 'tool.0.0' };
  const calculate = { id: randomUUID(), name: 'calculator', arguments: { expression: '6 * 7' } };

  beforeEach(async () => {
    house.model = () => ({ text: 'I count', toolCalls: [calculate] });
    house.requests = [];
    conversation = await house.start([{ name: 'Ada', tools: ['calculator'], approveTools: ['calculator'] }]);
  });

  const pendingId = async (): Promise<string> => {
    const { items } = await house.store.approvals.listApprovals(
      { limit: 10, conversationId: conversation.id, status: ['pending'] },
      house.person,
    );
    return items[0]?.id ?? 'nothing is asked';
  };
  const decide = async (decision: Decide): Promise<void> => {
    const by = { by: house.person, requestId: 'test' };
    await house.store.approvals.decide(await pendingId(), { decision, ...by });
  };
  const ask = () => conversation.call('requestToolApproval', step);
  const statusOf = async () =>
    (await house.store.conversations.getConversation(conversation.id, house.person)).status;
  const callOf = async (number = 1) => {
    const { items } = await house.store.conversationMessages.listTurns(conversation.id, {
      after: number - 1,
      limit: 1,
    });
    return items[0]?.toolCalls[0];
  };
  const answer = async () => {
    house.model = ({ messages }) => ({ text: messages.at(-1)?.content ?? '' });
    await conversation.speak('Ada', { number: 1, step: 1 });
    return (await conversation.said()).at(-1);
  };

  it('is asked about once, and waits', async () => {
    expect(await conversation.speak('Ada')).toMatchObject({
      toolCalls: [{ id: 'tool.0.0', needsApproval: true }],
    });
    expect(await ask()).toMatchObject({
      status: 'pending',
      stopRequested: false,
      state: { openTurns: [{ number: 1 }] },
    });
    expect(await ask()).toMatchObject({ status: 'pending' });
    expect(await statusOf()).toBe('waiting');
    expect(await callOf()).toMatchObject({
      status: 'waiting',
      name: 'calculator',
      approvalId: await pendingId(),
    });
    const types = (await conversation.events()).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['turn.waiting', 'approval.requested']);
  });

  it('is run when it was approved', async () => {
    await conversation.speak('Ada');
    await ask();
    await decide({ decision: 'approve' });
    expect(await ask()).toMatchObject({ status: 'approved' });
    expect(await statusOf()).toBe('running');
    expect(await conversation.call('callTurnTool', step)).toEqual({ kind: 'done' });
    expect(await answer()).toBe('Ada: 42');
  });

  it('is run with the arguments that a person puts in the place of its own', async () => {
    await conversation.speak('Ada');
    await ask();
    await decide({ decision: 'approve', edit: { expression: '1 + 1' } });
    await ask();
    await conversation.call('callTurnTool', step);
    expect(await callOf()).toMatchObject({ arguments: { expression: '1 + 1' }, status: 'completed' });
    expect(await answer()).toMatch(/changed the arguments to {"expression":"1 \+ 1"}.*\n2$/);
  });

  it('is not run when it was rejected, and its model hears why', async () => {
    await conversation.speak('Ada');
    await ask();
    await decide({ decision: 'reject', comment: 'Do it in your head' });
    expect(await ask()).toMatchObject({ status: 'rejected' });
    expect(await ask()).toMatchObject({ status: 'rejected' });
    expect(await conversation.call('callTurnTool', step)).toEqual({ kind: 'done' });
    expect(await callOf()).toMatchObject({ status: 'rejected' });
    expect(await answer()).toMatch(/rejected this call: Do it in your head$/);
    expect((await conversation.events()).filter(({ type }) => type === 'tool.rejected')).toHaveLength(1);
  });

  it('is asked about no more where it is allowed for always', async () => {
    await conversation.speak('Ada');
    await ask();
    await decide({ decision: 'approve', always: true });
    await ask();
    await conversation.call('callTurnTool', step);
    await answer();
    house.model = () => ({ toolCalls: [calculate] });
    expect(await conversation.speak('Ada', { number: 2 })).toMatchObject({
      toolCalls: [{ needsApproval: false }],
    });
    await conversation.call('callTurnTool', { ...step, turn: 2 });
    expect(await callOf(2)).toMatchObject({ status: 'completed', result: '42' });
  });

  it('is never run without that, whoever calls it', async () => {
    await conversation.speak('Ada');
    await conversation.call('callTurnTool', step);
    expect(await callOf()).toMatchObject({ status: 'failed' });
    expect(await answer()).toMatch(/Nobody has approved/);
  });

  it('is asked about no more when its turn has been stopped', async () => {
    await conversation.speak('Ada');
    await ask();
    await house.store.conversations.interrupt(conversation.id);
    expect(await ask()).toMatchObject({ status: 'pending', stopRequested: true });
    await conversation.call('endTurn', { turn: 1, status: 'stopped' });
    expect(await pendingId()).toBe('nothing is asked');
    expect(await conversation.said()).toEqual(['Ada: I count (stopped)']);
    expect(await callOf()).toMatchObject({ status: 'failed' });
  });
});
