import type { ConversationState, NextStep, NextTurn } from '../../contracts/conversation-state.ts';
import { nextStep } from './next-step.ts';
import { idleDeadlineMs } from './termination.ts';

export interface NumberedTurn extends NextTurn {
  number: number;
}

/** What a conversation's workflow does next, where nothing is under way in it. */
export type Move =
  /** All of them at once. Turns that are open go on, whoever began them. */
  | { kind: 'turns'; turns: readonly NumberedTurn[] }
  | { kind: 'settle'; step: Extract<NextStep, { kind: 'settle' | 'end' }> }
  /** For something new, or for a moment at which time alone changes what is next. */
  | { kind: 'wait'; untilMs?: number }
  | { kind: 'over' };

/** @param once the conversation ends with its first exchange */
export function nextMove(state: ConversationState, { nowMs, once }: { nowMs: number; once: boolean }): Move {
  if (state.openTurns.length > 0) return { kind: 'turns', turns: state.openTurns };
  if (state.control === 'ended') return { kind: 'over' };
  const step = nextStep(state, nowMs);
  switch (step.kind) {
    case 'speak':
      return { kind: 'turns', turns: numbered(step.turns, state.nextTurn) };
    case 'wait':
      return { kind: 'wait' };
    case 'settle':
      if (once) return { kind: 'settle', step: { kind: 'end', reason: step.termination ?? step.reason } };
      return state.settled ? waiting(state) : { kind: 'settle', step };
    case 'end':
      return { kind: 'settle', step };
  }
}

const numbered = (turns: readonly NextTurn[], first: number): NumberedTurn[] =>
  turns.map((turn, index) => ({ ...turn, number: first + index }));

function waiting(state: ConversationState): Move {
  const untilMs = idleDeadlineMs(state);
  return untilMs === undefined ? { kind: 'wait' } : { kind: 'wait', untilMs };
}
