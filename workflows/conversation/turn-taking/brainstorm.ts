import {
  type ConversationState,
  RECENT_TURNS,
  type Speaker,
  type TurnFact,
} from '../../../contracts/conversation-state.ts';
import { turnsLeft } from '../termination.ts';
import { facilitatorOf, mentionedByPeople, speakersWith } from './speakers.ts';
import { type NextSpeakers, over, speak } from './turn-taking.ts';

/** The recent turns hold the ideas of a round, a merge that failed, and one to spare. */
const MOST_IDEAS = RECENT_TURNS - 2;

/**
 * `brainstorm`: all members (and whom a person mentions) have an `idea` in parallel, then the facilitator, else the first member, has
 * them `merge`d. A facilitator merges and has no idea of its own, but where there is no member. That is one round, and as a rule all:
 * only a merge with the verdict `revise` asks for one more round, at most `settings.rounds` in all. Ideas that failed are left out;
 * where all of them failed there is nothing to merge. One turn of `maxTurns` is kept for the merge, since ideas that nobody
 * merges are of little use. A failed merge is tried once more.
 */
export function brainstorm(state: ConversationState): NextSpeakers {
  const givers = ideaGivers(state);
  const merger = facilitatorOf(state) ?? givers[0];
  if (merger === undefined) return over('Nobody may speak');
  const { recent, completed } = state.exchange;
  const mergedAt = recent.findLastIndex(
    ({ purpose, status }) => purpose === 'merge' && status === 'completed',
  );
  const ideas = recent.slice(mergedAt + 1).filter(({ purpose }) => purpose === 'idea');
  const rounds = completed.merge ?? 0;
  const wantsMore = recent[mergedAt]?.verdict === 'revise' && rounds < state.settings.rounds;
  if (rounds > 0 && ideas.length === 0 && !wantsMore) return over('The ideas have been merged');

  const asked = toBeAsked(state, givers, ideas);
  if (asked.length > 0)
    return {
      speak: asked.map(({ id }) => ({ agentId: id, purpose: 'idea', reason: `Ideas, round ${rounds + 1}` })),
    };
  if (!ideas.some(({ status }) => status === 'completed')) return over('No idea came about');
  return speak(merger.id, 'merge', 'Merges the ideas');
}

function ideaGivers(state: ConversationState): readonly Speaker[] {
  const members = speakersWith(state, 'member');
  const asked = [
    ...(members.length > 0 ? members : speakersWith(state, 'facilitator').slice(0, 1)),
    ...mentionedByPeople(state).filter(({ role }) => role === 'judge' || role === 'reviewer'),
  ];
  return asked.slice(0, MOST_IDEAS);
}

function toBeAsked(
  state: ConversationState,
  givers: readonly Speaker[],
  ideas: readonly TurnFact[],
): readonly Speaker[] {
  const room = Math.max(turnsLeft(state) - 1, ideas.length === 0 ? 1 : 0);
  return givers.filter(({ id }) => !ideas.some(({ agentId }) => agentId === id)).slice(0, room);
}
