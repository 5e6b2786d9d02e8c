/** What conversations let happen: turns of agents, as effects that are done once, and the state that comes of them. */
import { join } from 'node:path';

import { v7 as uuid } from 'uuid';

import type { Failpoint } from '../../platform/failpoint.ts';
import type { Logger } from '../../platform/logger.ts';
import { createConversationContexts } from '../../store/conversation-context.ts';
import { createConversationStates } from '../../store/conversation-state.ts';
import { createConversationSummaries } from '../../store/conversation-summaries.ts';
import { createConversationTurns } from '../../store/conversation-turns.ts';
import type { Pool } from '../../store/pool.ts';
import { withAttempt } from '../engine/with-attempt.ts';
import type { RecallForTurn } from '../memory/recall-for-turn.ts';
import type { AccountedModel } from '../model/index.ts';
import type { ToolRegistry } from '../tool/index.ts';
import { createCallTurnTool } from './call-turn-tool.ts';
import type { ConversationActivities } from './conversation-activities.ts';
import { createReadState } from './read-state.ts';
import { createSpeak } from './speak.ts';
import { createStopWatch } from './stop-watch.ts';
import { createSummarize } from './summarize.ts';
import { createTurnRequests } from './turn-request.ts';

export type { ConversationActivities } from './conversation-activities.ts';

export interface ConversationDependencies {
  pool: Pool;
  model: AccountedModel;
  tools: ToolRegistry;
  /** `GATHERING_HOME`, absolute: the files of conversations are below it. */
  home: string;
  failpoint: Failpoint;
  logger: Logger;
  /** Absent: agents remember nothing beyond the conversation. */
  recall?: RecallForTurn | undefined;
}

/** Every activity of conversations, made once a process. */
export function createConversationActivities(deps: ConversationDependencies): ConversationActivities {
  const { pool, model, tools, home, failpoint, logger, recall } = deps;
  const states = createConversationStates(pool);
  const turns = createConversationTurns(pool);
  const contexts = createConversationContexts(pool);
  const readState = createReadState(states);
  const stops = createStopWatch({ turns, logger });
  const shared = { turns, contexts, readState, stops, model, failpoint, logger };
  const makeRequest = createTurnRequests({ contexts, tools: () => tools.list(), recall });
  const callTurnTool = createCallTurnTool({
    ...{ ...shared, tools },
    stopTurn: (turn) => turns.endTurn(turn, { status: 'stopped', messageId: uuid() }),
    folderOf: (conversationId) => join(home, 'conversations', conversationId),
  });
  return {
    readConversation: withAttempt(({ conversationId }) => readState(conversationId), logger),
    speak: withAttempt(createSpeak({ ...shared, makeRequest }), logger),
    callTurnTool: withAttempt(callTurnTool, logger),
    requestToolApproval: withAttempt(async ({ conversationId, turn, call }, { workflowId }) => {
      const asked = await turns.requestApproval(
        { conversationId, turn, call },
        { approvalId: uuid(), workflowId },
      );
      return { ...asked, state: await readState(conversationId) };
    }, logger),
    endTurn: withAttempt(async ({ conversationId, turn, status, error }) => {
      await turns.endTurn({ conversationId, turn }, { status, error, messageId: uuid() });
      return readState(conversationId);
    }, logger),
    summarizeConversation: withAttempt(
      createSummarize({ ...shared, summaries: createConversationSummaries(pool) }),
      logger,
    ),
    settleConversation: withAttempt(async ({ conversationId, revision, step }) => {
      await states.settle(conversationId, revision, step);
      return readState(conversationId);
    }, logger),
  };
}
