import { z } from 'zod';

import { Draft } from './draft.ts';

/** Changes that were not saved, as this browser keeps them. */
export const KeptDraft = z.object({
  draft: Draft,
  /** What they were made to; null for a pipeline that had never been saved. */
  revision: z.number().int().nullable(),
  at: z.iso.datetime(),
});
export type KeptDraft = z.infer<typeof KeptDraft>;

export interface DraftKeeper {
  /** Undefined for nothing, and for what cannot be read any more. */
  read(): KeptDraft | undefined;
  keep(kept: KeptDraft): void;
  drop(): void;
}

/** Keeps the changes of one person to one pipeline, so that a closed tab or a lost session costs nothing. */
export function createDraftKeeper(storage: Storage, userId: string, pipelineId: string | null): DraftKeeper {
  const key = `gathering.editor.${userId}.${pipelineId ?? 'new'}`;
  return {
    read() {
      const text = storage.getItem(key);
      if (text === null) return undefined;
      try {
        return KeptDraft.parse(JSON.parse(text));
      } catch {
        storage.removeItem(key); // An earlier version of the dashboard wrote it: it helps nobody any more.
        return undefined;
      }
    },
    keep(kept) {
      try {
        storage.setItem(key, JSON.stringify(kept));
      } catch {
        storage.removeItem(key); // There is no room for it; half a draft is worse than none.
      }
    },
    drop: () => storage.removeItem(key),
  };
}
