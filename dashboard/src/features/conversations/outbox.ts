import { create } from 'zustand';

import type { WhenBusy } from '../../../../contracts/conversation.ts';
import type { ConversationMessage } from './live.ts';
import { messageOf } from './live-transcript.ts';

/** A message that was sent and has not been seen in the conversation yet. */
export interface Outgoing {
  clientMessageId: string;
  content: string;
  whenBusy: WhenBusy;
  /** What went wrong; undefined while it is on its way. */
  error?: unknown;
}

interface OutboxState {
  /** By conversation, oldest first. */
  waiting: Readonly<Record<string, readonly Outgoing[]>>;
  /** Which of those that were sent from here steer a turn, by their `clientMessageId`. */
  steers: readonly string[];
  put: (conversationId: string, message: Outgoing) => void;
  drop: (conversationId: string, clientMessageId: string) => void;
  /** Takes out what has arrived. */
  arrived: (conversationId: string, messages: readonly ConversationMessage[]) => void;
}

/** What people said that the conversation does not show yet: it is shown until it does, and kept where it could not be sent. */
export const useOutbox = create<OutboxState>()((set, get) => {
  const change = (id: string, to: (held: readonly Outgoing[]) => readonly Outgoing[]) =>
    set(({ waiting }) => ({ waiting: { ...waiting, [id]: to(waiting[id] ?? []) } }));
  return {
    waiting: {},
    steers: [],
    put: (id, message) => {
      if (message.whenBusy === 'steer')
        set(({ steers }) => ({ steers: [...steers, message.clientMessageId] }));
      change(id, (held) => {
        const place = held.findIndex(({ clientMessageId }) => clientMessageId === message.clientMessageId);
        return place === -1 ? [...held, message] : held.with(place, message);
      });
    },
    drop: (id, key) => change(id, (held) => held.filter(({ clientMessageId }) => clientMessageId !== key)),
    arrived: (id, messages) => {
      if ((get().waiting[id] ?? []).length === 0) return;
      const keys = messages.map((message) => messageOf(message)?.clientMessageId);
      change(id, (held) => held.filter(({ clientMessageId }) => !keys.includes(clientMessageId)));
    },
  };
});
