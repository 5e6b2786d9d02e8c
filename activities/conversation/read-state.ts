import type { ConversationState } from '../../contracts/conversation-state.ts';
import { mentionsIn } from '../../contracts/mentions.ts';
import type { ConversationStates } from '../../store/conversation-state.ts';
import { relevanceOf } from './relevance.ts';

/** What turns are decided by, as it is now. */
export type ReadState = (conversationId: string) => Promise<ConversationState>;

/** Adds to what rows say what is worked out from texts: whom the topic mentions, and how well each agent fits what was said last. */
export const createReadState =
  (states: Pick<ConversationStates, 'readState'>): ReadState =>
  async (conversationId) => {
    const { state, topic, fit } = await states.readState(conversationId);
    const exchange =
      state.exchange.openedAt === 0
        ? { ...state.exchange, mentions: mentionsIn(topic, state.speakers) }
        : state.exchange;
    return { ...state, exchange, relevance: fit === undefined ? {} : relevanceOf(fit.said, fit.profiles) };
  };
