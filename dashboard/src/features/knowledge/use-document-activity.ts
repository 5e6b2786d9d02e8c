import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';

import type { KnowledgeDocument } from '../../../../contracts/knowledge.ts';
import type { Page } from '../../../../contracts/page.ts';
import { createBatch } from '../../lib/batch.ts';
import { useMemoryChannels } from '../../lib/use-memory-channels.ts';
import { foldDocument, foldPage } from './live.ts';
import { knowledgeKeys } from './queries.ts';

const RELOAD_MS = 500;

/** Keeps what is shown of documents up to date: progress as it is told, everything else asked for once a burst. */
export function useDocumentActivity(): void {
  const queries = useQueryClient();
  const reload = useMemo(
    () =>
      createBatch<null>(
        () => void queries.invalidateQueries({ queryKey: knowledgeKeys.all }),
        () => RELOAD_MS,
      ),
    [queries],
  );
  useEffect(() => reload.stop, [reload]);
  useMemoryChannels({
    onMessage: (message) => {
      if (!/^(document|walls)\./.test(message.type)) return;
      queries.setQueriesData<InfiniteData<Page<KnowledgeDocument>>>(
        { queryKey: knowledgeKeys.lists },
        (held) => held && { ...held, pages: held.pages.map((page) => foldPage(page, message)) },
      );
      const { documentId } = message.data;
      if (typeof documentId === 'string')
        queries.setQueryData<KnowledgeDocument>(
          knowledgeKeys.document(documentId),
          (held) => held && foldDocument(held, message),
        );
      if (message.type !== 'document.progress') reload.add(null);
    },
    onRefused: () => reload.add(null),
  });
}
