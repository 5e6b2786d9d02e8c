import { type Client, WorkflowNotFoundError } from '@temporalio/client';

import type { ConversationMode } from '../contracts/conversation-settings.ts';
import type { ConversationInput } from '../contracts/conversation-state.ts';
import type { Id } from '../contracts/ids.ts';
import { workflowIdOf } from '../contracts/place.ts';
import { conversationAttributesOf } from './search-attributes.ts';

/** As much of a conversation as its workflow is started with and found by. */
export interface ConversationToWake {
  id: Id;
  /** Of the run that it is a node of: then its workflow is started by the run's, and only told. */
  runId: Id | null;
  /** Names; one of the two is there. */
  circle: string | null;
  agent: string | null;
  topic: string;
  mode: ConversationMode;
  startedBy: string;
  requestId: string | null;
}

/**
 * Tells a conversation's workflow that there is something new to read, up to a revision, and starts it where there is none. Safe to
 * repeat, and in any order: the workflow takes no notice of what it has read already.
 * @throws when the engine cannot be reached within five seconds
 */
export type WakeConversation = (conversation: ConversationToWake, revision: number) => Promise<void>;

const TIMEOUT_MS = 5_000;
const SIGNAL = 'conversationChanged';

/** The one place where conversations become workflows, except for those of runs. */
export const createConversationWake =
  (client: Client, taskQueue: string): WakeConversation =>
  (conversation, revision) =>
    client.withDeadline(Date.now() + TIMEOUT_MS, async () => {
      const workflowId = workflowIdOf.conversation(conversation.id);
      const change = { revision };
      if (conversation.runId !== null) {
        await tell(client, workflowId, change);
        return;
      }
      const input: ConversationInput = { conversationId: conversation.id };
      await client.workflow.signalWithStart('conversationWorkflow', {
        ...{ taskQueue, workflowId, args: [input], signal: SIGNAL, signalArgs: [change] },
        // One that was terminated, or has ended, reads where the conversation stands and goes on, or ends at once.
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowTaskTimeout: '3 seconds',
        memo: { requestId: conversation.requestId },
        typedSearchAttributes: conversationAttributesOf(conversation),
        staticSummary: summaryOf(conversation),
        staticDetails: `Conversation \`${conversation.id}\`, started by ${conversation.startedBy}.`,
      });
    });

/** A workflow that has not begun, or has ended, reads or has read what it would be told of. */
async function tell(client: Client, workflowId: string, change: { revision: number }): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).signal(SIGNAL, change);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** The server refuses summaries of more than 400 bytes. */
const TOPIC_CHARACTERS = 40;

function summaryOf({ circle, agent, topic }: ConversationToWake): string {
  const [first = ''] = topic.split('\n');
  const name = circle ?? agent ?? 'conversation';
  return first === '' ? name : `${name}: ${first.slice(0, TOPIC_CHARACTERS)}`;
}
