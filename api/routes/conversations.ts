import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import {
  ChangeConversation,
  Conversation,
  ConversationStatus,
  ConversationSummary,
  StartConversation,
} from '../../contracts/conversation.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import type { Person } from '../../store/conversations.ts';
import { conversationEnded } from '../../store/conversations.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { refusal } from '../middleware/parse-request.ts';
import { made } from '../presenters/made.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import { createStartConversation } from '../start-conversation.ts';

export const OneConversation = z.object({ id: z.string() });
/** So long at most an answer waits until the engine has been told: what is stored holds, and reaches it later. */
const TELL_MS = 1_000;

const Statuses = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(ConversationStatus))
  .describe('One status, or several with commas between');
const ListQuery = PageQuery.extend({
  circleId: z.uuid().optional(),
  agentId: z.uuid().optional(),
  runId: z.uuid().optional(),
  status: Statuses.optional(),
});

type Dependencies = Pick<ApiDependencies, 'store' | 'signalSender'>;

/**
 * Who may speak and steer here.
 * @throws GatheringFailure NotFound for whom it is not visible; Forbidden for those who read along
 */
export async function requireVoice(
  { store }: Pick<Dependencies, 'store'>,
  id: string,
  user: Person,
): Promise<ConversationStatus> {
  const { observes, status } = await store.conversations.getStanding(id, user);
  if (observes)
    throw new GatheringFailure('Forbidden', 'You are an observer of this circle: observers read along.');
  return status;
}

/** Conversations as wholes: begun, found, steered. */
export function conversationRoutes(dependencies: Dependencies): Route[] {
  const { store, signalSender } = dependencies;
  const { conversations } = store;
  const startConversation = createStartConversation(store);

  const start = async (
    asked: StartConversation,
    { user, requestId }: { user: Person; requestId: string },
    claim: Parameters<typeof store.idempotency.once>[0],
  ) => {
    const once = await store.idempotency.orEarlier(claim, async () => {
      const started = await startConversation(asked, user, requestId);
      return store.idempotency.once(claim, async (definitions, id) => {
        await definitions.conversations.insertConversation(started, user, id);
        return definitions.conversations.getConversation(id, user);
      });
    });
    if (!once.replayed) void signalSender.wakeNow([once.id]);
    return made(once, (id) => conversations.findConversation(id, user));
  };

  return [
    route(
      {
        ...{ method: 'post', path: '/conversations', permission: 'conversations:converse' },
        summary: 'Start a conversation of a circle, or with one agent',
        ...{ body: StartConversation, response: Conversation, status: 201, idempotent: true },
      },
      ({ body, caller: { user }, requestId, claim }) => start(body, { user, requestId }, claim),
    ),
    route(
      {
        ...{ method: 'post', path: '/agents/:id/conversations', permission: 'conversations:converse' },
        summary: 'Start a conversation with an agent',
        params: z.object({ id: z.string().max(80).describe('Id, or unique name') }),
        body: StartWithAgent.prefault({}),
        ...{ response: Conversation, status: 201, idempotent: true },
      },
      ({ params, body, caller: { user }, requestId, claim }) =>
        start({ ...body, agentId: params.id }, { user, requestId }, claim),
    ),
    route(
      {
        ...{ method: 'get', path: '/conversations', summary: 'List conversations that you may see' },
        ...{ permission: 'conversations:read', query: ListQuery, response: pageOf(ConversationSummary) },
      },
      async ({ query, caller }) => ({ body: await conversations.listConversations(query, caller.user) }),
    ),
    route(
      {
        ...{ method: 'get', path: '/conversations/:id', permission: 'conversations:read' },
        summary: 'Get a conversation with what is being said now',
        ...{ params: OneConversation, response: Conversation },
      },
      async ({ params, caller }) => ({ body: await conversations.getConversation(params.id, caller.user) }),
    ),
    route(
      {
        ...{ method: 'patch', path: '/conversations/:id', permission: 'conversations:converse' },
        summary: 'Change its topic, mode or settings, or the branch that it goes on with',
        ...{ params: OneConversation, body: ChangeConversation, response: Conversation },
      },
      async ({ params: { id }, body, caller: { user } }) => {
        await requireVoice(dependencies, id, user);
        if (Object.keys(body).length === 0)
          throw refusal([{ path: '', message: 'name at least one thing to change' }]);
        await conversations.changeConversation(id, body, user);
        void signalSender.wakeNow([id]);
        return { body: await conversations.getConversation(id, user) };
      },
    ),
    ...controlRoutes(dependencies),
  ];
}

const { topic, mode, settings } = StartConversation.shape;
const StartWithAgent = z.strictObject({ topic, mode, settings });

/** What people decide about conversations that are under way: asking again changes nothing. */
function controlRoutes(dependencies: Dependencies): Route[] {
  const { store, signalSender } = dependencies;
  const { conversations } = store;

  const control = (
    verb: 'interrupt' | 'pause' | 'resume' | 'end',
    summary: string,
    act: (id: string, user: Person) => Promise<ConversationStatus>,
  ): Route =>
    route(
      {
        ...{
          method: 'post',
          path: `/conversations/:id/${verb}`,
          summary,
          permission: 'conversations:converse',
        },
        ...{ params: OneConversation, response: Conversation, status: 202 },
      },
      async ({ params: { id }, caller: { user } }) => {
        await requireVoice(dependencies, id, user);
        const status = await act(id, user);
        if (status === 'ended' && verb !== 'end') throw conversationEnded();
        await Promise.race([signalSender.wakeNow([id]), sleep(TELL_MS)]);
        return { body: await conversations.getConversation(id, user) };
      },
    );

  return [
    control('interrupt', 'Stop what agents say now, and what would follow; what was said stays', (id) =>
      conversations.interrupt(id),
    ),
    control('pause', 'Pause a conversation: what is being said is said, nobody else begins', (id, user) =>
      conversations.setPaused(id, true, user),
    ),
    control('resume', 'Let a paused conversation go on', (id, user) =>
      conversations.setPaused(id, false, user),
    ),
    control('end', 'End a conversation for good', (id, user) => conversations.end(id, user)),
  ];
}
