import { beforeEach, describe, expect, it } from '@jest/globals';

import { withPool } from '../../testing/shared-servers.ts';
import { openTurnHouse, type TurnConversation, type TurnHouse } from '../../testing/turn-house.ts';

describe.each(['postgres', 'pglite'] as const)('a turn on %s', (kind) => {
  let house: TurnHouse;
  withPool(kind, async (pool) => {
    house = await openTurnHouse(pool);
  });
  let conversation: TurnConversation;
  beforeEach(async () => {
    house.model = () => ({ text: 'Hello' });
    house.requests = [];
    conversation = await house.start(['Ada', 'Ben']);
  });

  it('is begun by its first model call and completed by an answer', async () => {
    const result = await conversation.speak('Ada');
    expect(result).toMatchObject({ kind: 'ended', status: 'completed', needsSummary: false });
    expect(await conversation.said()).toEqual(['Ada: Hello']);
    expect((await conversation.events()).map(({ type }) => type)).toEqual([
      'conversation.started',
      'turn.started',
      'message',
      'turn.completed',
    ]);
    expect(await conversation.state()).toMatchObject({
      nextTurn: 2,
      openTurns: [],
      exchange: {
        openedAt: 0,
        turns: 1,
        completed: { speak: 1 },
        tokens: 15,
        recent: [{ number: 1, texts: [] }],
      },
    });
  });
});
