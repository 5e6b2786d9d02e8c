/** Keeps what somebody has written and not sent, so that a closed tab costs nothing. */
export interface DraftKeeper {
  read(): string;
  keep(text: string): void;
}

export function createDraftKeeper(storage: Storage, userId: string, conversationId: string): DraftKeeper {
  const key = `gathering.message.${userId}.${conversationId}`;
  return {
    read: () => storage.getItem(key) ?? '',
    keep(text) {
      if (text === '') {
        storage.removeItem(key);
        return;
      }
      try {
        storage.setItem(key, text);
      } catch {
        storage.removeItem(key); // There is no room for it; half a draft is worse than none.
      }
    },
  };
}
