import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';

import type { Memory } from '../../../../contracts/memory.ts';
import type { Page } from '../../../../contracts/page.ts';
import { createBatch } from '../../lib/batch.ts';
import { useMemoryChannels } from '../../lib/use-memory-channels.ts';
import { forgottenIn, withoutForgotten } from './live.ts';
import { memoryKeys } from './queries.ts';

const RELOAD_MS = 500;

/** Keeps what is shown of memories up to date. */
export function useMemoryActivity(): void {
  const queries = useQueryClient();
  const reload = useMemo(
    () =>
      createBatch<null>(
        () => void queries.invalidateQueries({ queryKey: memoryKeys.all }),
        () => RELOAD_MS,
      ),
    [queries],
  );
  useEffect(() => reload.stop, [reload]);
  useMemoryChannels({
    onMessage: (message) => {
      const forgotten = forgottenIn(message);
      if (forgotten.length > 0)
        queries.setQueriesData<InfiniteData<Page<Memory>>>({ queryKey: memoryKeys.lists }, (held) =>
          held === undefined
            ? held
            : { ...held, pages: held.pages.map((page) => withoutForgotten(page, forgotten)) },
        );
      if (/^(memory|walls)\./.test(message.type)) reload.add(null);
    },
    onRefused: () => reload.add(null),
  });
}
