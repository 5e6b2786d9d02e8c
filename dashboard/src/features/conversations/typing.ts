import { z } from 'zod';
import { create } from 'zustand';

const TypingData = z.object({ userId: z.string(), name: z.string() });

interface TypingState {
  /** Who was heard typing in which conversation, and when last. */
  people: Readonly<Record<string, readonly { userId: string; name: string; at: number }[]>>;
  heard: (conversationId: string, data: Record<string, unknown>) => void;
}

/** Who else is typing; nothing of it is kept. */
export const useTyping = create<TypingState>()((set) => ({
  people: {},
  heard: (conversationId, data) => {
    const told = TypingData.safeParse(data);
    if (!told.success) return;
    const heard = { ...told.data, at: Date.now() };
    set(({ people }) => ({
      people: {
        ...people,
        [conversationId]: [
          ...(people[conversationId] ?? []).filter(({ userId }) => userId !== heard.userId),
          heard,
        ],
      },
    }));
  },
}));
