import type { ConversationState, Speaker } from '../../../contracts/conversation-state.ts';
import { speaksOnce } from './speakers.ts';
import { type NextSpeakers, over } from './turn-taking.ts';

/**
 * A conversation in which one agent may speak, whatever its mode and the agent's role: the agent answers once to what a person
 * says, mentioned or not. The topic is a title to it and is not answered. An answer that failed is not tried again by itself: the
 * person sees the failure and may have it made anew.
 */
export function oneToOne(state: ConversationState, only: Speaker): NextSpeakers {
  if (state.exchange.openedAt === 0) return over('Nothing has been said yet');
  return speaksOnce(state, only);
}
