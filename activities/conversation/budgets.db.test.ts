import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { sql } from '../../store/pool.ts';
import { withPool } from '../../testing/shared-servers.ts';
import { openTurnHouse, type TurnHouse } from '../../testing/turn-house.ts';

describe.each(['postgres', 'pglite'] as const)('a turn at the limit of a budget, on %s', (kind) => {
  let house: TurnHouse;
  withPool(kind, async (pool) => {
    house = await openTurnHouse(pool);
  });

  it('waits in its middle, and goes on under the same claim once the budget is extended', async () => {
    const conversation = await house.start(['Ada']);
    const call = { id: 'c', name: 'current_time', arguments: {} };
    house.model = () => ({ text: 'I look', toolCalls: [call] });
    await conversation.speak('Ada');
    await conversation.call('callTurnTool', { turn: 1, step: 0, call: 'tool.0.0' });
    await house.store.budgets.putBudget(
      { scope: 'conversation', id: conversation.id },
      { tokens: 100, usd: null },
      { user: house.person, requestId: 'test' },
    );

    house.model = () => ({ text: 'It is late' });
    const waiting = { kind: 'paused', state: { control: 'paused', openTurns: [{ number: 1 }] } };
    expect(await conversation.speak('Ada', { number: 1, step: 1 })).toMatchObject(waiting);
    expect(await conversation.speak('Ada', { number: 1, step: 1 })).toMatchObject(waiting);
    expect(house.requests).toHaveLength(1);

    const { items } = await house.store.approvals.listApprovals(
      { limit: 10, conversationId: conversation.id, status: ['pending'] },
      house.person,
    );
    await house.store.approvals.decide(items[0]?.id ?? '', {
      decision: { decision: 'approve', answer: { tokens: 100_000 } },
      ...{ by: house.person, requestId: 'test' },
    });
    expect(await conversation.speak('Ada', { number: 1, step: 1 })).toMatchObject({
      kind: 'ended',
      status: 'completed',
    });
    const claims = await house.pool.anyFirst(
      sql.type(z.object({ claims: z.number() }))`
        select claims from conversation.effects where conversation_id = ${conversation.id} and key like '%/model.%' order by key`,
    );
    expect(claims).toEqual([1, 1]);
    expect((await conversation.state()).exchange).toMatchObject({ turns: 1, tokens: 30 });
  });
});
