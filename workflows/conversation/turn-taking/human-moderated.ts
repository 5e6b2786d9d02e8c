import type { ConversationState } from '../../../contracts/conversation-state.ts';
import { mentionedFirst } from './speakers.ts';
import { type NextSpeakers, over } from './turn-taking.ts';

/**
 * `human_moderated`: only those whom a person mentions in what opened the exchange speak, of whatever role, each once and in the
 * order of mention; whom agents mention does not count. A turn that failed was the agent's turn.
 */
export const humanModerated = (state: ConversationState): NextSpeakers =>
  mentionedFirst(state) ??
  over(
    state.exchange.turns > 0
      ? 'Everybody whom a person mentioned has spoken'
      : 'Agents speak when a person mentions them',
  );
