import { z } from 'zod';

import { type ConversationState, type NextStep, RECENT_TURNS } from '../contracts/conversation-state.ts';
import { json } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

const StateRow = z.object({
  // Made by our own SQL of what was checked before it was stored.
  state: z.custom<Omit<ConversationState, 'relevance'>>(
    (value) => typeof value === 'object' && value !== null,
  ),
  topic: z.string(),
  said: z.string().nullable(),
  profiles: z.record(z.string(), z.string()).nullable(),
});

/** What turns are decided by, as far as rows say it. */
export interface StoredState {
  state: Omit<ConversationState, 'relevance'>;
  topic: string;
  /** What was said last, and what each agent is for, by its id; only where the mode asks how well they fit. */
  fit?: { said: string; profiles: Readonly<Record<string, string>> };
}

export type ConversationStates = ReturnType<typeof createConversationStates>;

/** The state of conversations. Each function is one statement. */
export function createConversationStates(pool: Queryable) {
  return {
    async readState(conversationId: string): Promise<StoredState> {
      const { state, topic, said, profiles } = await pool.one(sql.type(StateRow)`
        select * from conversation.read_state(${conversationId}, ${RECENT_TURNS})`);
      return { state, topic, ...(said === null || profiles === null ? {} : { fit: { said, profiles } }) };
    },

    /** Writes that an exchange or the conversation is over; nothing where the state is no longer that of `revision`. */
    async settle(
      conversationId: string,
      revision: number,
      step: Extract<NextStep, { kind: 'settle' | 'end' }>,
    ): Promise<void> {
      await pool.query(sql.type(z.object({}))`
        select conversation.settle(${conversationId}, ${revision}, ${json(step)})`);
    },
  };
}
