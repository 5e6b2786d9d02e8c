import type { ConversationState } from '../../../contracts/conversation-state.ts';
import { findSpeaker, hasForgotten, mentionedByPeople, speakersWith } from './speakers.ts';
import { type NextSpeakers, over, speak } from './turn-taking.ts';

/**
 * `mention_based`: whoever is mentioned speaks, in the order of mention, whatever their role. Whoever speaks may mention others:
 * they queue up behind those who wait, once each; to mention oneself does nothing. A failed turn is not tried again, and what it
 * mentions does not count. Where what opened the exchange mentions nobody, the facilitator is asked, once, and may mention others;
 * without one, and when the queue is empty, people are waited for.
 */
export function mentionBased(state: ConversationState): NextSpeakers {
  const [next] = waitingIn(state);
  if (next !== undefined) return speak(next.id, 'speak', `Mentioned by ${next.by}`);
  if (state.exchange.turns > 0) return over('Everybody who was mentioned has spoken');
  const [facilitator] = speakersWith(state, 'facilitator');
  if (facilitator === undefined) return over('Nobody was mentioned');
  return speak(facilitator.id, 'speak', 'Facilitates, since nobody was mentioned');
}

/**
 * Replays the exchange. Of one that has been forgotten in part, whoever was mentioned before what is remembered has had their turn:
 * the queue holds nobody twice and moves with each turn.
 */
function waitingIn(state: ConversationState): readonly { id: string; by: string }[] {
  const { exchange } = state;
  const opening = hasForgotten(exchange) ? [] : mentionedByPeople(state);
  let queue = opening.map(({ id }) => ({ id, by: 'a person' }));
  for (const turn of exchange.recent) {
    queue = queue.filter(({ id }) => id !== turn.agentId);
    if (turn.status !== 'completed') continue;
    const by = findSpeaker(state, turn.agentId)?.name ?? 'a colleague';
    for (const id of turn.mentions) {
      const isNew = id !== turn.agentId && !queue.some((waiting) => waiting.id === id);
      if (isNew && findSpeaker(state, id) !== undefined) queue.push({ id, by });
    }
  }
  return queue;
}
