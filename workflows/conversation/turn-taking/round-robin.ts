import type { ConversationState } from '../../../contracts/conversation-state.ts';
import { byThemselves, lastSpeakerOf, mentionedFirst, speaksOnce } from './speakers.ts';
import { type NextSpeakers, over, speak } from './turn-taking.ts';

/**
 * `round_robin`: members and facilitators speak in the order of joining, round and round until the termination; the round goes on
 * over exchanges where it was. Whoever a person mentions speaks first (judges and reviewers too, each once), and the round goes on
 * behind the last of them. A failed turn is passed over. Nobody speaks twice running, but whom a person asks; where only one takes
 * part, it speaks once.
 */
export function roundRobin(state: ConversationState): NextSpeakers {
  const mentioned = mentionedFirst(state);
  if (mentioned !== undefined) return mentioned;
  const round = byThemselves(state);
  if (round.length <= 1) return speaksOnce(state, round[0]);
  const last = lastSpeakerOf(state);
  const place = state.speakers.findIndex(({ id }) => id === last);
  const next = state.speakers.slice(place + 1).find((speaker) => round.includes(speaker)) ?? round[0];
  return next === undefined ? over('Nobody may speak') : speak(next.id, 'speak', 'Next in the round');
}
