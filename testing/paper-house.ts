import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll } from '@jest/globals';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';

import type { ConversationActivities } from '../activities/conversation/conversation-activities.ts';
import type { ConversationInput } from '../contracts/conversation-state.ts';
import { workflowIdOf } from '../contracts/place.ts';
import { buildBundle } from '../worker/build-bundle.ts';
import type { conversationWorkflow } from '../workflows/index.ts';
import type { PaperConversation } from './paper-conversation.ts';

export type PaperHandle = WorkflowHandle<typeof conversationWorkflow>;

/** Workflows of conversations on paper, in the real engine. */
export interface PaperHouse {
  /** Tells a conversation's workflow of a revision, and starts it where there is none, as the API does. */
  wake(paper: PaperConversation, more?: Partial<ConversationInput>): Promise<PaperHandle>;
  handle(paper: PaperConversation): PaperHandle;
}

const START_TIMEOUT_MS = 180_000;

/** Gives a test file a worker whose activities are those of the conversations that were woken. */
export function withPaper(temporal: {
  readonly current: { address: string; client: Client; namespace?: string | undefined };
}): PaperHouse {
  const papers = new Map<string, PaperConversation>();
  const taskQueue = `paper-${crypto.randomUUID()}`;
  const closers: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gathering-paper-'));
    const codePath = join(folder, 'bundle.js');
    await buildBundle(codePath);
    const { address, namespace = 'default' } = temporal.current;
    const connection = await NativeConnection.connect({ address });
    const worker = await Worker.create({
      ...{ connection, namespace, taskQueue, workflowBundle: { codePath } },
      shutdownForceTime: '2 seconds',
      activities: { ...activitiesOf(papers) },
    });
    const running = worker.run();
    closers.push(
      () => rm(folder, { recursive: true, force: true }),
      () => connection.close(),
      () => (worker.shutdown(), running),
    );
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    for (const close of closers.toReversed()) await close();
  });
  const handle: PaperHouse['handle'] = ({ id }) =>
    temporal.current.client.workflow.getHandle(workflowIdOf.conversation(id));
  return {
    handle,
    wake: async (paper, more = {}) => {
      papers.set(paper.id, paper);
      await temporal.current.client.workflow.signalWithStart('conversationWorkflow', {
        ...{ taskQueue, workflowId: workflowIdOf.conversation(paper.id) },
        args: [{ conversationId: paper.id, ...more }],
        ...{ signal: 'conversationChanged', signalArgs: [{ revision: paper.state.revision }] },
      });
      return handle(paper);
    },
  };
}

/** Each goes to the conversation that it names. */
function activitiesOf(papers: ReadonlyMap<string, PaperConversation>): ConversationActivities {
  const at = ({ conversationId }: { conversationId: string }): ConversationActivities => {
    const paper = papers.get(conversationId);
    if (paper === undefined) throw new Error(`no conversation ${conversationId}`);
    return paper.activities;
  };
  return {
    readConversation: (input) => at(input).readConversation(input),
    speak: (input) => at(input).speak(input),
    callTurnTool: (input) => at(input).callTurnTool(input),
    requestToolApproval: (input) => at(input).requestToolApproval(input),
    endTurn: (input) => at(input).endTurn(input),
    summarizeConversation: (input) => at(input).summarizeConversation(input),
    settleConversation: (input) => at(input).settleConversation(input),
  };
}
