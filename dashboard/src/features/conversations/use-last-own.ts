import { useQueryClient } from '@tanstack/react-query';

import type { Message } from '../../../../contracts/conversation.ts';
import type { Transcript } from './live-transcript.ts';
import { conversationKeys } from './queries.ts';

/** Finds what the person said last, as far as it is loaded. */
export function useLastOwn(id: string, branch: number, userId: string): () => Message | undefined {
  const queries = useQueryClient();
  return () =>
    queries
      .getQueryData<Transcript>(conversationKeys.transcript(id, branch))
      ?.items.findLast(({ author }) => author.id === userId);
}
