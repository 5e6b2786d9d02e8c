import type { Termination } from '../contracts/conversation-settings.ts';
import { type ConversationState, RECENT_TURNS, type TurnFact } from '../contracts/conversation-state.ts';
import { millisecondsOf } from '../contracts/milliseconds.ts';
import type { Moment } from './random-exchanges.ts';

/** Terminations of an exchange that is going on, read from the contract and over all that was said in it. */
export function holdsTrue(termination: Termination, moment: Moment): boolean {
  if ('any' in termination) return termination.any.some((part) => holdsTrue(part, moment));
  if ('all' in termination) return termination.all.every((part) => holdsTrue(part, moment));
  const { facts, state, nowMs } = moment;
  const last = facts.at(-1);
  switch (termination.kind) {
    case 'maxTurns':
      return facts.length >= termination.turns;
    case 'maxTokens':
      return state.exchange.tokens >= termination.tokens;
    case 'maxCost':
      return state.exchange.costUsd >= termination.usd;
    case 'maxDuration':
      return last !== undefined && nowMs >= millisecondsOf(termination.duration);
    case 'textMention':
      return last?.status === 'completed' && isOneStep(last) && last.texts.includes(termination.text);
    case 'consensus':
      return everybodyAgrees(state, facts.slice(-RECENT_TURNS));
    case 'idle':
    case 'external':
      return false;
  }
}

/** Whether an exchange may not go on, whatever its mode. */
export const mustEnd = (moment: Moment): boolean =>
  moment.facts.some(({ status }) => status === 'stopped') ||
  haveFailed(moment.facts.slice(-2)) ||
  holdsTrue(moment.state.settings.termination, moment);

const haveFailed = (facts: readonly TurnFact[]): boolean =>
  facts.length === 2 && facts.every((fact) => fact.status === 'failed' && isOneStep(fact));

const isOneStep = ({ purpose }: TurnFact): boolean => purpose !== 'idea' && purpose !== 'review';

function everybodyAgrees({ speakers, mode }: ConversationState, facts: readonly TurnFact[]): boolean {
  const lastWords = new Map(facts.map((fact) => [fact.agentId, fact]));
  const expected = ['member', 'facilitator', ...(mode === 'review' ? ['reviewer'] : [])];
  const voices = speakers.filter(({ id, role }) => expected.includes(role) || lastWords.has(id));
  return (
    voices.length > 0 &&
    voices.every(({ id }) => {
      const word = lastWords.get(id);
      return word?.status === 'completed' && word.agrees === true;
    })
  );
}
