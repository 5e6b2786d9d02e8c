/** What is remembered of conversations, and what agents are told of it. */
import type { Failpoint } from '../../platform/failpoint.ts';
import type { Logger } from '../../platform/logger.ts';
import { createConversationSummaries } from '../../store/conversation-summaries.ts';
import { createExtractions } from '../../store/memory/extractions.ts';
import type { MemoryStore } from '../../store/memory/memory-store.ts';
import type { Pool } from '../../store/pool.ts';
import { withAttempt } from '../engine/with-attempt.ts';
import type { AccountedModel } from '../model/index.ts';
import { createRememberConversation } from './remember-conversation.ts';

export { createRecallForTurn } from './recall-for-turn.ts';

export interface MemoryActivities {
  /**
   * Takes the next piece of what is worth remembering from a conversation, once. `again`: there may be more. Throws nothing for good: what
   * cannot be taken is left.
   */
  rememberConversation(input: { conversationId: string }): Promise<{ again: boolean }>;
}

export interface MemoryActivityDependencies {
  pool: Pool;
  memory: Pick<MemoryStore, 'memories' | 'memorySearch'>;
  model: AccountedModel;
  failpoint: Failpoint;
  logger: Logger;
}

export function createMemoryActivities({
  pool,
  memory,
  ...deps
}: MemoryActivityDependencies): MemoryActivities {
  const rememberConversation = createRememberConversation({
    ...{ ...deps, ...memory },
    extractions: createExtractions(pool),
    summaries: createConversationSummaries(pool),
  });
  return { rememberConversation: withAttempt(rememberConversation, deps.logger) };
}
