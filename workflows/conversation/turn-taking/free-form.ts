import type { ConversationState, Exchange, Speaker } from '../../../contracts/conversation-state.ts';
import { byThemselves, lastSpeakerOf, lastTurn, mentionedFirst, speaksOnce } from './speakers.ts';
import { type NextSpeakers, over, speak } from './turn-taking.ts';

/**
 * `free_form`: of members and facilitators the most relevant speaks, until the termination. The score is `state.relevance` (0 where
 * there is none; 1 for whom the last turn addresses by name) less 2^-n for each turn that the agent had n turns ago, so that two
 * agents who know a lot about a matter still let others in. Equal scores: who joined first. Never the same agent twice running,
 * across exchanges too, but whom a person mentions: they speak first, in the order of mention. Where only one takes part, it speaks once.
 */
export function freeForm(state: ConversationState): NextSpeakers {
  const mentioned = mentionedFirst(state);
  if (mentioned !== undefined) return mentioned;
  const everybody = byThemselves(state);
  if (everybody.length <= 1) return speaksOnce(state, everybody[0]);
  const last = lastSpeakerOf(state);
  const [best] = everybody
    .filter(({ id }) => id !== last)
    .map((speaker) => ({ speaker, score: scoreOf(state, speaker) }))
    .toSorted((a, b) => b.score - a.score);
  return best === undefined
    ? over('Nobody may speak')
    : speak(best.speaker.id, 'speak', 'Most relevant to what was said last');
}

function scoreOf(state: ConversationState, { id }: Speaker): number {
  const last = lastTurn(state);
  const addressed = last?.status === 'completed' && last.mentions.includes(id);
  return (addressed ? 1 : (state.relevance[id] ?? 0)) - talkativeness(state.exchange, id);
}

const talkativeness = ({ recent }: Exchange, id: string): number =>
  recent.reduce((sum, { agentId }, index) => sum + (agentId === id ? 2 ** (index - recent.length) : 0), 0);
