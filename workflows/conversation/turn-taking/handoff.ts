import type { ConversationState } from '../../../contracts/conversation-state.ts';
import { byThemselves, chosenBy, findSpeaker, lastTurn, mentionedByPeople } from './speakers.ts';
import { type NextSpeakers, over, speak } from './turn-taking.ts';

/**
 * `handoff`: one agent has the matter. It begins with whom a person mentions first, else with who had it last (whoever spoke last, if it
 * may still speak), else with the first to join. It goes on as long as the last turn hands over to somebody else who may speak, of
 * whatever role, at most `settings.maxHandovers` times in an exchange. A turn that hands nothing over, or fails, gives the floor to people.
 */
export function handoff(state: ConversationState): NextSpeakers {
  const last = lastTurn(state);
  if (last === undefined) return begin(state);
  const next = chosenBy(state, last);
  if (next === undefined) return over('Nobody was handed over to');
  if (handoversOf(state) > state.settings.maxHandovers)
    return over(`${state.settings.maxHandovers} hand-overs are as many as there may be`);
  return speak(next.id, 'speak', `${findSpeaker(state, last.agentId)?.name ?? 'A colleague'} handed over`);
}

function begin(state: ConversationState): NextSpeakers {
  const [mentioned] = mentionedByPeople(state);
  if (mentioned !== undefined) return speak(mentioned.id, 'speak', 'Mentioned by a person');
  const before = findSpeaker(state, state.lastSpeaker);
  if (before !== undefined) return speak(before.id, 'speak', 'Has the matter in hand');
  const first = byThemselves(state)[0] ?? state.speakers[0];
  return first === undefined
    ? over('Nobody may speak')
    : speak(first.id, 'speak', 'The first to take the matter');
}

/** The one that the last turn asks for included. Turns that are forgotten count: whatever led on from them. */
const handoversOf = ({ exchange }: ConversationState): number =>
  exchange.turns -
  exchange.recent.length +
  exchange.recent.filter(
    ({ agentId, next, status }) => status === 'completed' && next !== undefined && next !== agentId,
  ).length;
