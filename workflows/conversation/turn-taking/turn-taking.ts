import type { TurnPurpose } from '../../../contracts/conversation.ts';
import type { ConversationState, NextTurn } from '../../../contracts/conversation-state.ts';

/** Who speaks next, all of them at once and at least one; or why nobody does, for people. */
export type NextSpeakers = { speak: readonly NextTurn[] } | { over: string };

/**
 * A mode: decides from the facts of the exchange alone, so that whoever computes it, however often, gets the same. It is asked
 * by `nextStep`, between turns: no turn is under way, nobody has stopped one, no termination is reached, and of the turns that
 * are one step each at most the last one has failed. A mode that asks the same agent again after a failure thereby tries it
 * once more and no oftener.
 */
export type TurnTaking = (state: ConversationState) => NextSpeakers;

export const over = (why: string): NextSpeakers => ({ over: why });

/** One agent speaks. */
export const speak = (agentId: string, purpose: TurnPurpose, reason: string): NextSpeakers => ({
  speak: [{ agentId, purpose, reason }],
});

/** Turns that begin together: each is part of one step, and one that fails does not stop the others. */
export const isParallel = (purpose: TurnPurpose): boolean => purpose === 'idea' || purpose === 'review';
