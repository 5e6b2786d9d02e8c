import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Decide } from '../../contracts/approval.ts';
import type { ModelRequest, ModelResponse } from '../../contracts/model.ts';
import { type StartedConversation, withConversations } from '../../testing/conversation-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withConversations(temporal);

const USED = 600;
let asked: ModelRequest[];
/** Of the names of tools that are asked for, one a turn. */
let tool: string | undefined;
beforeEach(() => {
  asked = [];
  tool = undefined;
  house.model = (request): Partial<ModelResponse> => {
    asked.push(request);
    const usage = {
      ...{ inputTokens: USED, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 },
      costUsd: 0.125,
    };
    if (tool === undefined || request.messages.some(({ role }) => role === 'tool'))
      return { text: `answer ${asked.length}`, usage };
    const toolCalls = [{ id: 'c', name: tool, arguments: { expression: '2+2' } }];
    return { text: '', toolCalls, finishReason: 'tool-calls', usage };
  };
});

const pendingIn = async ({ id }: StartedConversation) =>
  (await house.store.approvals.listApprovals({ limit: 50, status: ['pending'] }, house.person)).items.filter(
    ({ conversationId }) => conversationId === id,
  );
const untilAsked = (conversation: StartedConversation) =>
  eventually(async () => {
    const [approval] = await pendingIn(conversation);
    if (approval === undefined) throw new Error('nobody was asked');
    return approval;
  });
const decide = async (conversation: StartedConversation, id: string, decision: Decide): Promise<void> => {
  await house.store.approvals.decide(id, { decision, by: house.person, requestId: 'r' });
  await house.sender.wakeNow([conversation.id]);
};
const by = () => ({ user: house.person, requestId: 'r' });
const limit = (scope: 'conversation' | 'circle' | 'agent', id: string, tokens: number) =>
  house.store.budgets.putBudget({ scope, id }, { tokens, usd: null }, by());
const turns = (most: number) => ({ termination: { kind: 'maxTurns', turns: most } });

describe('a conversation at the limit of a budget', () => {
  it('pauses before a turn begins, asks people, and goes on as if nothing had been when they extend it', async () => {
    const { id: circle } = await house.circle(['Ada', 'Bob']);
    await limit('circle', circle, 700);
    const conversation = await house.start({ circle, topic: 'Tea or coffee?', settings: turns(3) });
    const approval = await untilAsked(conversation);
    expect(await conversation.get()).toMatchObject({
      status: 'paused',
      statusReason: 'budget',
      costUsd: 0.125,
    });
    expect(await conversation.said()).toEqual(['Ada: answer 1']);
    await decide(conversation, approval.id, { decision: 'approve', answer: { tokens: 10_000 } });
    await conversation.untilIs('idle');
    expect(await conversation.said()).toEqual(['Ada: answer 1', 'Bob: answer 2', 'Ada: answer 3']);
    const ended = await conversation.get();
    expect(ended).toMatchObject({ costUsd: 0.375, usage: { inputTokens: 3 * USED } });
    const types = (await conversation.events()).map(({ type }) => type);
    expect(types.filter((type) => /budget|paused|resumed|approval/.test(type))).toEqual([
      ...['conversation.paused', 'budget.reached', 'approval.requested'],
      ...['budget.extended', 'conversation.resumed', 'approval.decided'],
    ]);
    expect(types.filter((type) => type === 'turn.started')).toHaveLength(3);
  });

  it('pauses in the middle of a turn, and what the turn has done stays done', async () => {
    tool = 'calculator';
    const { id: circle } = await house.circle([{ name: 'Ada', tools: ['calculator'] }]);
    await limit('circle', circle, 700);
    const conversation = await house.start({ circle, topic: 'What is 2+2?', settings: turns(1) });
    const approval = await untilAsked(conversation);
    expect(asked).toHaveLength(1);
    await decide(conversation, approval.id, { decision: 'approve', answer: { tokens: 10_000 } });
    await conversation.untilIs('idle');
    expect(await conversation.said()).toEqual(['Ada: answer 2']);
    expect(asked).toHaveLength(2);
    const types = (await conversation.events()).map(({ type }) => type);
    expect(types.filter((type) => type === 'tool.completed')).toHaveLength(1);
    expect(types.filter((type) => type === 'turn.started')).toHaveLength(1);
  });

  it('stays paused where people reject, keeps what is said meanwhile, and answers it later', async () => {
    const { id: circle } = await house.circle(['Ada']);
    await limit('circle', circle, 1);
    const conversation = await house.start({ circle, topic: 'Tea?', settings: turns(1) });
    const approval = await untilAsked(conversation);
    await decide(conversation, approval.id, { decision: 'reject', comment: 'not today' });
    await conversation.post('And now?');
    expect((await conversation.get()).status).toBe('paused');
    expect(asked).toHaveLength(0);
    await limit('circle', circle, 100_000);
    await conversation.resume();
    await conversation.untilIs('idle');
    // The turn on the topic had begun, so it is the first to be said.
    expect(await conversation.said()).toEqual(['Pia: And now?', 'Ada: answer 1', 'Ada: answer 2']);
  });

  it('lets ideas that come at once share what is left, and never goes above it', async () => {
    const names = ['Ada', 'Bob', 'Cy', 'Dee', 'Eve'];
    const { id: circle } = await house.circle(names);
    await limit('circle', circle, 4 * USED);
    const conversation = await house.start({ circle, topic: 'Names', mode: 'brainstorm' });
    const approval = await untilAsked(conversation);
    const used = async () =>
      (await house.store.budgets.getBudget('circle', circle, house.person)).used.tokens;
    expect(await used()).toBeLessThanOrEqual(4 * USED);
    await decide(conversation, approval.id, { decision: 'approve', answer: { tokens: 100_000 } });
    await conversation.untilIs('idle');
    const said = await conversation.said();
    expect(
      said
        .map((line) => line.split(':')[0])
        .slice(0, 5)
        .toSorted(),
    ).toEqual(names);
    expect(await used()).toBe(asked.length * USED);
    expect(await pendingIn(conversation)).toEqual([]);
  });
});
