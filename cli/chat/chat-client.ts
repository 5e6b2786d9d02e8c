import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import { ApprovalSummary } from '../../contracts/approval.ts';
import { Conversation, Message, type PostMessage } from '../../contracts/conversation.ts';
import type { ConversationMode } from '../../contracts/conversation-settings.ts';
import { pageOf } from '../../contracts/page.ts';
import type { ApiClient } from '../api-client.ts';
import { ApiProblem } from '../api-client.ts';
import { UsageError } from '../usage-error.ts';
import type { ChatCommand } from './chat-commands.ts';

const Named = z.looseObject({ id: z.string() });
const Anything = z.unknown();

type Decide = Extract<ChatCommand, { kind: 'decide' }>['decide'];

/** What `gathering chat` asks of the API. */
export function createChatClient(client: ApiClient) {
  const find = async (path: string): Promise<string | null> => {
    try {
      return (await client.request({ path, schema: Named })).id;
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 404) return null;
      throw error;
    }
  };
  const pathOf = (id: string, more = ''): string => `/conversations/${encodeURIComponent(id)}${more}`;

  return {
    /** @throws UsageError where neither an agent nor a circle is called so */
    async start(name: string, topic: string): Promise<Conversation> {
      const path = encodeURIComponent(name);
      const agentId = await find(`/agents/${path}`);
      const circleId = agentId === null ? await find(`/circles/${path}`) : null;
      if (agentId === null && circleId === null)
        throw new UsageError(
          `There is neither an agent nor a circle named "${name}": see \`gathering circles\` and \`gathering agents list\`.`,
        );
      return client.request({
        method: 'POST',
        path: '/conversations',
        schema: Conversation,
        body: { topic, ...(agentId === null ? { circleId } : { agentId }) },
        headers: { 'idempotency-key': randomUUID() },
      });
    },

    get: (id: string): Promise<Conversation> => client.request({ path: pathOf(id), schema: Conversation }),

    /** The last messages of the branch that the conversation goes on with. */
    async lastMessages({ id, messages }: Conversation, limit: number): Promise<Message[]> {
      const path = pathOf(id, `/messages?after=${Math.max(0, messages - limit)}&limit=${limit}`);
      return (await client.request({ path, schema: pageOf(Message) })).items;
    },

    /** Safe to repeat: the message is known by its own id. */
    say: (id: string, message: Pick<PostMessage, 'content' | 'clientMessageId'>): Promise<Message> =>
      client.request({ method: 'POST', path: pathOf(id, '/messages'), schema: Message, body: message }),

    async control(id: string, verb: 'pause' | 'resume' | 'interrupt' | 'end'): Promise<void> {
      await client.request({ method: 'POST', path: pathOf(id, `/${verb}`), schema: Anything });
    },

    async setMode(id: string, mode: ConversationMode): Promise<void> {
      await client.request({ method: 'PATCH', path: pathOf(id), schema: Anything, body: { mode } });
    },

    /** Decides what has waited longest. @returns false where nothing waits for the caller */
    async decide(id: string, decide: Decide): Promise<boolean> {
      const query = `conversationId=${encodeURIComponent(id)}&mine=true&limit=200`;
      const { items } = await client.request({
        path: `/approvals?${query}`,
        schema: pageOf(ApprovalSummary),
      });
      const oldest = items.at(-1);
      if (oldest === undefined) return false;
      const path = `/approvals/${oldest.id}`;
      const headers = { 'idempotency-key': randomUUID() };
      await client.request({ method: 'POST', path, schema: Anything, body: decide, headers });
      return true;
    },
  };
}
