import { type WorkflowHandle } from '@temporalio/client';
import { v7 as uuid } from 'uuid';

import { createStartConversation } from '../api/start-conversation.ts';
import type { Decide } from '../contracts/approval.ts';
import {
  type ChangeConversation,
  type Conversation,
  type ConversationStatus,
  type Message,
  PostMessage,
  StartConversation,
  type Turn,
} from '../contracts/conversation.ts';
import type { ConversationInput } from '../contracts/conversation-state.ts';
import type { StoredEvent } from '../contracts/event.ts';
import { mentionsIn } from '../contracts/mentions.ts';
import { channelOf, workflowIdOf } from '../contracts/place.ts';
import type { Person } from '../store/conversations.ts';
import type { conversationWorkflow } from '../workflows/index.ts';
import type { ConversationHouse } from './open-conversation-house.ts';
import { eventually } from './test-server.ts';

export interface StartOptions {
  circle?: string;
  agent?: string;
  topic?: string;
  mode?: string;
  settings?: object;
  /** Of its workflow, which the API does not give. */
  continueAfterEvents?: number;
  by?: Person;
}

/** A conversation as people have it: what they do is stored, and wakes its workflow, as the API does it. */
export interface StartedConversation {
  readonly id: string;
  readonly handle: WorkflowHandle<typeof conversationWorkflow>;
  get(): Promise<Conversation>;
  /** `@name` of a test's agents is completed to their whole name. */
  post(content: string, more?: Partial<PostMessage> & { by?: Person }): Promise<string>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  interrupt(): Promise<void>;
  end(): Promise<void>;
  change(change: ChangeConversation): Promise<void>;
  /** Decides what is asked, in the order of asking. */
  decide(...decisions: Partial<Decide>[]): Promise<void>;
  wake(): Promise<void>;
  messages(branch?: number): Promise<readonly Message[]>;
  /** `Ada: Hello`, each message with the author's name in the test. */
  said(branch?: number): Promise<string[]>;
  turns(): Promise<readonly Turn[]>;
  events(): Promise<readonly StoredEvent[]>;
  /** Waits until it has a status and its workflow has nothing left to read. */
  untilIs(status: ConversationStatus, limitMs?: number): Promise<void>;
}

const MOST = 10_000;

export async function startConversation(
  house: ConversationHouse,
  { circle, agent, topic, mode, settings, continueAfterEvents, by = house.person }: StartOptions,
): Promise<StartedConversation> {
  const { store, sender, temporal } = house;
  const asked = StartConversation.parse({ circleId: circle, agentId: agent, topic, mode, settings });
  const id = uuid();
  await store.conversations.insertConversation(
    await createStartConversation(store)(asked, by, 'test'),
    by,
    id,
  );
  const workflowId = workflowIdOf.conversation(id);
  if (continueAfterEvents !== undefined) {
    const input: ConversationInput = { conversationId: id, continueAfterEvents };
    const { taskQueue } = temporal;
    await temporal.client.workflow.start('conversationWorkflow', { taskQueue, workflowId, args: [input] });
  }
  const wake = (): Promise<void> => sender.wakeNow([id]);
  await wake();
  const get = (): Promise<Conversation> => store.conversations.getConversation(id, house.person);
  const messages = async (branch?: number) =>
    (await store.conversationMessages.listMessages(id, { after: 0, limit: MOST, branch })).items;
  return {
    ...{ id, get, wake, messages },
    handle: temporal.client.workflow.getHandle(workflowId),
    post: async (content, { by: author = by, ...more } = {}) => {
      const named = await store.conversationMessages.listNamed(id);
      const agents = named.filter(({ kind }) => kind === 'agent');
      const post = { ...PostMessage.parse({ content, ...more }), mentions: mentionsIn(content, agents) };
      const posted = await store.conversationMessages.postMessage(id, post, author);
      await wake();
      return posted.id;
    },
    pause: async () => {
      await store.conversations.setPaused(id, true, by);
      await wake();
    },
    resume: async () => {
      await store.conversations.setPaused(id, false, by);
      await wake();
    },
    interrupt: async () => {
      await store.conversations.interrupt(id);
      await wake();
    },
    end: async () => {
      await store.conversations.end(id, by);
      await wake();
    },
    change: async (change) => {
      await store.conversations.changeConversation(id, change, by);
      await wake();
    },
    decide: async (...decisions) => {
      for (const decision of decisions) await decide(house, id, decision);
      await wake();
    },
    said: async (branch) =>
      (await messages(branch)).map(({ author, content }) => `${nameOf(author.name)}: ${content}`),
    turns: async () => (await store.conversationMessages.listTurns(id, { after: 0, limit: MOST })).items,
    events: () => store.events.listEvents(channelOf.conversation(id), { after: 0, limit: MOST }),
    untilIs: (status, limitMs) =>
      eventually(async () => {
        const found = await get();
        if (found.status !== status)
          throw new Error(`it is ${found.status}: ${JSON.stringify([found, house.complaints.slice(-5)])}`);
      }, limitMs),
  };
}

/** The oldest one that is pending; waits for it. */
async function decide(house: ConversationHouse, conversationId: string, decision: Partial<Decide>) {
  const { store, person } = house;
  const id = await eventually(async () => {
    const { items } = await store.approvals.listApprovals(
      { limit: 100, conversationId, status: ['pending'] },
      person,
    );
    const oldest = items.at(-1);
    if (oldest === undefined) throw new Error('nothing is asked');
    return oldest.id;
  });
  await store.approvals.decide(id, {
    decision: { decision: 'approve', ...decision },
    ...{ by: person, requestId: 'test' },
  });
}

/** The house adds something to the names of a circle's agents, so that no two are the same. */
const nameOf = (name: string): string => name.split(' ')[0] ?? name;
