import { expect, it } from '@jest/globals';

import { paperConversation } from '../../testing/paper-conversation.ts';
import { conversationDetailsOf } from './conversation-details.ts';
import { LiveConversation } from './live-conversation.ts';
import { nextMove } from './next-move.ts';

const { state } = paperConversation(['Ada', 'Bob'], {
  settings: { termination: { kind: 'maxTurns', turns: 1 } },
});
const live = (): LiveConversation => {
  const made = new LiveConversation({ conversationId: 'c' });
  made.hear(3);
  made.adoptRead({ ...state, revision: 3 }, 3);
  return made;
};

it('keeps the later one of two states, whichever comes first', () => {
  const made = live();
  made.adopt({ ...state, revision: 5, nextTurn: 7 });
  made.adopt({ ...state, revision: 4 });
  expect([made.state.revision, made.state.nextTurn]).toEqual([5, 7]);
});

it('is behind once it hears of more than it has read, and not by what it has read already', () => {
  const made = live();
  expect(made.isBehind).toBe(false);
  made.hear(2);
  expect(made.isBehind).toBe(false);
  made.hear(4);
  expect(made.isBehind).toBe(true);
});

it('does not read for ever where there is less than it has heard of', () => {
  const made = live();
  made.hear(9);
  made.adoptRead({ ...state, revision: 4 }, 9);
  expect(made.isBehind).toBe(false);
});

it('goes on with open turns before anything else, even when the conversation has ended', () => {
  const openTurns = [
    { number: 4, agentId: 'Ada', purpose: 'speak' as const, reason: '', stopRequested: true },
  ];
  const at = { nowMs: 0, once: false };
  expect(nextMove({ ...state, control: 'ended', openTurns }, at)).toEqual({
    kind: 'turns',
    turns: openTurns,
  });
  expect(nextMove({ ...state, control: 'ended' }, at)).toEqual({ kind: 'over' });
});

it('waits where the exchange is settled, and sleeps until it has been idle for long enough', () => {
  const at = { nowMs: 0, once: false };
  expect(nextMove({ ...state, settled: true }, at)).toEqual({ kind: 'wait' });
  const settings = { ...state.settings, termination: { kind: 'idle' as const, duration: '1 hour' } };
  const idle = { ...state, settings, settled: true, lastMessageAtMs: 1_000 };
  expect(nextMove(idle, at)).toEqual({ kind: 'wait', untilMs: 3_601_000 });
  expect(nextMove({ ...state, settled: true }, { nowMs: 0, once: true })).toMatchObject({
    kind: 'settle',
    step: { kind: 'end' },
  });
});

it('says on its page who speaks and how it stands, and nothing that was said', () => {
  const made = live();
  made.show({ number: 1, agentId: 'Ada', purpose: 'speak', reason: 'Next' }, 'calls calculator');
  const speaking = conversationDetailsOf(made.describe(), state.lastMessageAtMs);
  expect(speaking).toBe(
    '**round_robin**, 2 agents, 0 turns: one speaks\n\n- **Ada** (turn 1, speak): calls calculator',
  );
  made.show({ number: 1, agentId: 'Ada', purpose: 'speak', reason: 'Next' }, undefined);
  expect(conversationDetailsOf(made.describe(), state.lastMessageAtMs + 600_000)).toContain('for 10 minutes');
});
