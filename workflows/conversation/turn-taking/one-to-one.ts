import type { ConversationState, Speaker } from '../../../contracts/conversation-state.ts';
import { speaksOnce } from './speakers.ts';
import type { NextSpeakers } from './turn-taking.ts';

/**
 * A conversation in which one agent may speak, whatever its mode and the agent's role: the agent answers once to what a person says,
 * mentioned or not, and in a circle to the topic. (The topic of a chat with an agent is a title: such a conversation begins with an
 * exchange that is settled.) An answer that failed is not tried again by itself: the person sees the failure and may have it made anew.
 */
export const oneToOne = (state: ConversationState, only: Speaker): NextSpeakers => speaksOnce(state, only);
