import type { ConversationState, NextStep, NextTurn } from '../../contracts/conversation-state.ts';
import { reachedTermination, turnsLeft } from './termination.ts';
import { TURN_TAKING } from './turn-taking/index.ts';
import { oneToOne } from './turn-taking/one-to-one.ts';
import { findSpeaker } from './turn-taking/speakers.ts';
import { isParallel } from './turn-taking/turn-taking.ts';

/**
 * What comes next in a conversation, from its state and the time alone. In this order:
 * 1. It was ended: `end`. It is paused, or turns are under way: `wait`, and nothing is settled.
 * 2. A turn that a person wants anew: that agent speaks, whatever termination was reached. (An agent that has left cannot, and is passed over.)
 * 3. `idle` was reached: `end`.
 * 4. The exchange was settled before; a person stopped a turn of it and has said nothing since; two turns in a row failed; its termination is
 *    reached, or the ceiling of turns: `settle`. A turn that was stopped because its agent left stops nobody else. Ideas and reviews that fail do not count
 *    as turns in a row: their modes know what to do without them.
 * 5. The mode says who speaks, never more at once than `maxTurns` leaves; or why nobody does: `settle`.
 */
export function nextStep(state: ConversationState, nowMs: number): NextStep {
  if (state.control === 'ended') return { kind: 'end', reason: 'ended' };
  if (state.control === 'paused' || state.openTurns.length > 0) return { kind: 'wait' };
  const anew = wantedAnew(state);
  if (anew !== undefined) return { kind: 'speak', turns: [anew] };
  const reached = reachedTermination(state.settings.termination, state, nowMs);
  if (reached?.includes('idle') === true) return { kind: 'end', reason: 'idle' };
  if (state.settled) return { kind: 'settle', reason: 'The exchange is over' };
  const broken = whyBroken(state);
  if (broken !== undefined) return { kind: 'settle', reason: broken };
  if (reached !== undefined) {
    const names = reached.join(', ');
    return { kind: 'settle', reason: names, termination: names };
  }
  if (turnsLeft(state) <= 0) return { kind: 'settle', reason: 'maxTurns', termination: 'maxTurns' };
  return fromMode(state);
}

function wantedAnew({ regenerate, ...state }: ConversationState): NextTurn | undefined {
  if (regenerate === null || !state.speakers.some(({ id }) => id === regenerate.agentId)) return undefined;
  return { ...regenerate, reason: 'A person wants it said anew' };
}

function whyBroken(state: ConversationState): string | undefined {
  const { recent } = state.exchange;
  const wasStopped = recent.some(
    ({ status, agentId }) => status === 'stopped' && findSpeaker(state, agentId) !== undefined,
  );
  if (wasStopped) return 'Stopped by a person';
  const lastTwo = recent.slice(-2);
  const haveFailed = lastTwo.every(({ status, purpose }) => status === 'failed' && !isParallel(purpose));
  return lastTwo.length === 2 && haveFailed ? 'Two turns in a row failed' : undefined;
}

function fromMode(state: ConversationState): NextStep {
  const [only, ...others] = state.speakers;
  if (only === undefined) return { kind: 'settle', reason: 'No agent may speak here' };
  const next = others.length === 0 ? oneToOne(state, only) : TURN_TAKING[state.mode](state);
  if ('over' in next) return { kind: 'settle', reason: next.over };
  return { kind: 'speak', turns: next.speak.slice(0, turnsLeft(state)) };
}
