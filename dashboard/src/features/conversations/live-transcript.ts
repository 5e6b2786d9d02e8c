import { z } from 'zod';

import { type Branch, Message } from '../../../../contracts/conversation.ts';
import { shows } from './branches.ts';
import type { ConversationMessage } from './live.ts';

/** Messages of one branch, without a gap up to the newest that is known; earlier ones may not be loaded yet. */
export interface Transcript {
  branch: number;
  items: readonly Message[];
}

const MessageEvent = z.object({
  conversationId: Message.shape.conversationId,
  messageId: Message.shape.id,
  branch: Message.shape.branch,
  sequence: Message.shape.sequence,
  author: Message.shape.author,
  content: z.string(),
  status: Message.shape.status.default('completed'),
  error: Message.shape.error.nullish(),
  turnId: z.string().nullish(),
  clientMessageId: z.string().nullish(),
  mentions: Message.shape.mentions.nullish(),
  citations: Message.shape.citations,
  timestamp: z.iso.datetime(),
});

/** The message that an event tells of. */
export function messageOf({ type, data }: ConversationMessage): Message | undefined {
  if (type !== 'message') return undefined;
  const event = MessageEvent.safeParse(data);
  if (!event.success) return undefined;
  const { messageId, timestamp, error, turnId, clientMessageId, mentions, ...said } = event.data;
  return {
    ...said,
    id: messageId,
    mentions: mentions ?? [],
    createdAt: timestamp,
    alternatives: [],
    ...(error != null && { error }),
    ...(turnId != null && { turnId }),
    ...(clientMessageId != null && { clientMessageId }),
  };
}

/** The transcript after some events; `gap` where something between is missing and has to be asked for. */
export function foldTranscript(
  held: Transcript,
  branches: readonly Branch[],
  messages: readonly ConversationMessage[],
): { transcript: Transcript; gap: boolean } {
  let items = held.items;
  let gap = false;
  for (const event of messages) {
    const message = messageOf(event);
    if (message === undefined || !shows(branches, held.branch, message)) continue;
    const last = items.at(-1)?.sequence ?? 0;
    if (message.sequence === last + 1) items = [...items, message];
    else if (message.sequence > last) gap = true;
  }
  return { transcript: items === held.items ? held : { ...held, items }, gap };
}

/** What is held and what was asked for, each message once and in order. */
export function mergeItems(held: readonly Message[], more: readonly Message[]): readonly Message[] {
  const bySequence = new Map([...held, ...more].map((message) => [message.sequence, message]));
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}
