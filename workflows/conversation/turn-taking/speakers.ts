import type {
  ConversationState,
  Exchange,
  Speaker,
  TurnFact,
} from '../../../contracts/conversation-state.ts';
import { type NextSpeakers, over, speak } from './turn-taking.ts';

export const speakersWith = (state: ConversationState, role: Speaker['role']): readonly Speaker[] =>
  state.speakers.filter((speaker) => speaker.role === role);

/**
 * Members and facilitators, in the order of joining: they take part by themselves. Judges and reviewers wait until their mode, a
 * colleague or a person asks for them.
 */
export const byThemselves = (state: ConversationState): readonly Speaker[] =>
  state.speakers.filter(({ role }) => role === 'member' || role === 'facilitator');

/** Undefined for somebody who may not speak (any more). */
export const findSpeaker = (state: ConversationState, id: string | null | undefined): Speaker | undefined =>
  state.speakers.find((speaker) => speaker.id === id);

/** The first facilitator, else the first member. */
export const facilitatorOf = (state: ConversationState): Speaker | undefined =>
  speakersWith(state, 'facilitator')[0] ?? speakersWith(state, 'member')[0];

export const lastTurn = ({ exchange }: ConversationState): TurnFact | undefined => exchange.recent.at(-1);

/** Across exchanges; it may have left. */
export const lastSpeakerOf = (state: ConversationState): string | null =>
  lastTurn(state)?.agentId ?? state.lastSpeaker;

/** Whether turns of the exchange are no longer among its recent ones. */
export const hasForgotten = ({ turns, recent }: Exchange): boolean => turns > recent.length;

export const hasSpoken = ({ exchange }: ConversationState, id: string): boolean =>
  hasForgotten(exchange) || exchange.recent.some(({ agentId }) => agentId === id);

/** Whom a completed turn chose or handed over to: somebody else, who may speak. */
export function chosenBy(state: ConversationState, turn: TurnFact): Speaker | undefined {
  if (turn.status !== 'completed' || turn.next === turn.agentId) return undefined;
  return findSpeaker(state, turn.next);
}

/** Those who may speak of the agents that opened the exchange mentions, each once, in the order of mention. */
export const mentionedByPeople = (state: ConversationState): readonly Speaker[] =>
  [...new Set(state.exchange.mentions)].flatMap((id) => findSpeaker(state, id) ?? []);

/**
 * The first whom a person mentions in what opened the exchange and who has not had a turn in it. They are asked in order and before
 * anybody else: where turns are forgotten, the first ones have had theirs, and as many turns as there are of them have served all.
 */
export function nextMentioned(state: ConversationState): Speaker | undefined {
  const { exchange } = state;
  const mentioned = mentionedByPeople(state);
  const had = new Set(exchange.recent.map(({ agentId }) => agentId));
  if (!hasForgotten(exchange)) return mentioned.find(({ id }) => !had.has(id));
  if (exchange.turns >= mentioned.length) return undefined;
  return mentioned.slice(mentioned.findLastIndex(({ id }) => had.has(id)) + 1)[0];
}

/** Whom a person mentioned speaks, before the mode goes its way. */
export function mentionedFirst(state: ConversationState): NextSpeakers | undefined {
  const mentioned = nextMentioned(state);
  return mentioned && speak(mentioned.id, 'speak', 'Mentioned by a person');
}

/** Of an agent that nobody would answer: it speaks once in an exchange, and no monologue begins. */
export function speaksOnce(state: ConversationState, only: Speaker | undefined): NextSpeakers {
  if (only === undefined) return over('Nobody speaks here without being mentioned');
  if (hasSpoken(state, only.id)) return over(`${only.name} has answered`);
  return speak(only.id, 'speak', 'The only one who speaks here');
}
