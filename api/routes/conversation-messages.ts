import { z } from 'zod';

import { Branch, BranchConversation, Message, PostMessage, Turn } from '../../contracts/conversation.ts';
import { StoredEvent } from '../../contracts/event.ts';
import type { Id } from '../../contracts/ids.ts';
import { mentionsIn } from '../../contracts/mentions.ts';
import { pageOf } from '../../contracts/page.ts';
import { channelOf } from '../../contracts/place.ts';
import { pageAfter } from '../../store/conversation-messages.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import { OneConversation, requireVoice } from './conversations.ts';

const Ascending = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(2_147_483_647)
    .default(0)
    .describe('Exclusive; 0: from the start'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const MessagesQuery = Ascending.extend({
  branch: z.coerce
    .number()
    .int()
    .min(0)
    .max(2_147_483_647)
    .optional()
    .describe('The branch that the conversation goes on with, unless named'),
});

type Dependencies = Pick<ApiDependencies, 'store' | 'signalSender'>;

/** What is said in conversations, and what happens in them. */
export function conversationMessageRoutes(dependencies: Dependencies): Route[] {
  const { store, signalSender } = dependencies;
  const { conversations, conversationMessages: messages } = store;

  /** Of the agents that a text mentions. A person whose name is longer is not taken for an agent. */
  const mentioned = async (id: Id, content: string): Promise<Id[]> => {
    if (!content.includes('@')) return [];
    const named = await messages.listNamed(id);
    const agents = new Set(named.flatMap((member) => (member.kind === 'agent' ? [member.id] : [])));
    return mentionsIn(content, named).filter((member) => agents.has(member));
  };

  return [
    route(
      {
        ...{ method: 'get', path: '/conversations/:id/messages', permission: 'conversations:read' },
        summary: 'List the messages of a branch, oldest first',
        ...{ params: OneConversation, query: MessagesQuery, response: pageOf(Message) },
      },
      async ({ params: { id }, query, caller }) => {
        await conversations.getStanding(id, caller.user);
        return { body: await messages.listMessages(id, query) };
      },
    ),
    route(
      {
        ...{ method: 'post', path: '/conversations/:id/messages', permission: 'conversations:converse' },
        summary: 'Say something; agents answer as they come to it',
        ...{ params: OneConversation, body: PostMessage, response: Message, status: 202, idempotent: true },
      },
      async ({ params: { id }, body, caller: { user }, claim }) => {
        await requireVoice(dependencies, id, user);
        const mentions = await mentioned(id, body.content);
        const once = await store.idempotency.orEarlier(claim, () =>
          store.idempotency.once(claim, (definitions, messageId) =>
            definitions.conversationMessages.postMessage(id, { ...body, mentions }, user, messageId),
          ),
        );
        void signalSender.wakeNow([id]);
        const said = once.replayed ? { id: once.id, again: true } : once.value;
        const { clientMessageId } = body;
        const message = await messages.getPosted(said.id, { conversationId: id, clientMessageId, by: user });
        return { body: message, replayed: said.again };
      },
    ),
    route(
      {
        ...{ method: 'post', path: '/conversations/:id/branches', permission: 'conversations:converse' },
        summary: 'Go on differently: other words of a person, or a new answer of an agent; nothing is lost',
        ...{ params: OneConversation, body: BranchConversation, response: Branch },
        ...{ status: 202, idempotent: true },
      },
      async ({ params: { id }, body, caller: { user }, claim }) => {
        await requireVoice(dependencies, id, user);
        const mentions = body.kind === 'edit' ? await mentioned(id, body.content) : [];
        const once = await store.idempotency.orEarlier(claim, () =>
          store.idempotency.once(claim, (definitions, branchId) =>
            definitions.conversationBranches.branchOff(id, { ...body, mentions }, user, branchId),
          ),
        );
        void signalSender.wakeNow([id]);
        const branch = await store.conversationBranches.getBranch(id, once.id);
        return { body: branch, replayed: once.replayed };
      },
    ),
    route(
      {
        ...{ method: 'get', path: '/conversations/:id/turns', permission: 'conversations:read' },
        summary: 'List the turns of all branches, oldest first, with their tool calls',
        ...{ params: OneConversation, query: Ascending, response: pageOf(Turn) },
      },
      async ({ params: { id }, query, caller }) => {
        await conversations.getStanding(id, caller.user);
        return { body: await messages.listTurns(id, query) };
      },
    ),
    route(
      {
        ...{ method: 'get', path: '/conversations/:id/events', permission: 'conversations:read' },
        summary: 'List the events of a conversation, oldest first',
        ...{ params: OneConversation, query: Ascending, response: pageOf(StoredEvent) },
      },
      async ({ params: { id }, query: { after, limit }, caller }) => {
        await conversations.getStanding(id, caller.user);
        const channel = channelOf.conversation(id);
        const events = await store.events.listEvents(channel, { after, limit: limit + 1 });
        return { body: pageAfter(events, limit, ({ sequence }) => sequence) };
      },
    ),
  ];
}
