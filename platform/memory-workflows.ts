import type { Client } from '@temporalio/client';

import { workflowIdOf } from '../contracts/place.ts';
import { kindAttributeOf } from './search-attributes.ts';

/** What a transaction of the schema `memory` has made necessary: `subject` is an id of what the kind names. */
export interface MemoryWakeUp {
  kind: 'document' | 'space' | 'conversation';
  subject: string;
  /** Up to where there is something new to read. */
  revision: number;
}

/**
 * Tells the workflow that works on a document, fills a space of embeddings, or remembers a conversation that there is something new to read,
 * and starts it where there is none. Safe to repeat, and in any order: the workflow takes no notice of what it has read already.
 * @throws when the engine cannot be reached within five seconds
 */
export type WakeMemoryWorkflow = (wakeUp: MemoryWakeUp) => Promise<void>;

const TIMEOUT_MS = 5_000;
const SIGNAL = 'changed';

/** By kind of wake-up: the Workflow Type, its id, and the one value that it is started with. */
const workflows = {
  document: (id: string) => ({
    ...{ type: 'ingestDocumentWorkflow', workflowId: workflowIdOf.document(id), input: { documentId: id } },
    about: 'Document',
  }),
  space: (id: string) => ({
    ...{ type: 'reembedWorkflow', workflowId: workflowIdOf.embeddings(id), input: { spaceId: Number(id) } },
    about: 'Space of embeddings',
  }),
  conversation: (id: string) => ({
    ...{ type: 'rememberWorkflow', workflowId: workflowIdOf.remember(id), input: { conversationId: id } },
    about: 'What is remembered of the conversation',
  }),
} as const;

/** The one place where documents, spaces of embeddings and what is remembered become workflows. */
export const createMemoryWake =
  (client: Client, taskQueue: string): WakeMemoryWorkflow =>
  ({ kind, subject, revision }) =>
    client.withDeadline(Date.now() + TIMEOUT_MS, async () => {
      const { type, workflowId, input, about } = workflows[kind](subject);
      await client.workflow.signalWithStart(type, {
        ...{ taskQueue, workflowId, args: [input], signal: SIGNAL, signalArgs: [{ revision }] },
        // One that has ended reads where its subject stands and goes on, or ends at once.
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowTaskTimeout: '3 seconds',
        typedSearchAttributes: kindAttributeOf(kind === 'conversation' ? 'remembering' : kind),
        staticSummary: `${about} ${subject}`,
      });
    });
