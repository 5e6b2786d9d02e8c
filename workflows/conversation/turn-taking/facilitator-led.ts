import type { ConversationState } from '../../../contracts/conversation-state.ts';
import { chosenBy, facilitatorOf, findSpeaker, lastTurn } from './speakers.ts';
import { type NextSpeakers, over, speak } from './turn-taking.ts';

/**
 * `facilitator_led`: the facilitator (the first with that role, else the first member) takes a `facilitate` turn, in which it chooses who
 * speaks, of whatever role, or concludes; the chosen one speaks, then it is the facilitator's turn again. Mentions of people change
 * nothing: the facilitator reads them. A facilitate turn that failed, chose nobody or itself is tried once more; the second
 * in a row ends the exchange. To conclude weighs more than to choose.
 */
export function facilitatorLed(state: ConversationState): NextSpeakers {
  const facilitator = facilitatorOf(state);
  if (facilitator === undefined) return over('Nobody here facilitates');
  const last = lastTurn(state);
  if (last?.purpose === 'facilitate') {
    if (last.status === 'completed' && last.concludes === true) return over('The facilitator has concluded');
    const chosen = chosenBy(state, last);
    const by = findSpeaker(state, last.agentId)?.name ?? 'the facilitator';
    if (chosen !== undefined) return speak(chosen.id, 'speak', `Chosen by ${by}`);
    const before = state.exchange.recent.at(-2);
    if (before?.purpose === 'facilitate') return over('The facilitator has chosen nobody, twice running');
  }
  return speak(facilitator.id, 'facilitate', 'Chooses who speaks next');
}
