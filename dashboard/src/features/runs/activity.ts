import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { z } from 'zod';

import { channelOf } from '../../../../contracts/place.ts';
import { isTerminal, RunStatus, type RunSummary } from '../../../../contracts/run.ts';
import { createBatch } from '../../lib/batch.ts';
import { useServices } from '../../lib/services.tsx';
import { runKeys } from './queries.ts';

const ActivityData = z.object({ runId: z.string(), status: RunStatus, timestamp: z.iso.datetime() });
export type ActivityData = z.infer<typeof ActivityData>;

/** Keeps every list of runs up to date, from wherever it is loaded. */
export function useRunActivity(): void {
  const { live } = useServices();
  const queries = useQueryClient();
  useEffect(() => {
    // What a list does not know, or no longer holds under its filter, is asked for: once a burst.
    const reload = createBatch<null>(
      () => void queries.invalidateQueries({ queryKey: runKeys.lists }),
      () => 600,
    );
    const leave = live.subscribe(channelOf.activity, {
      onMessage: (message) => {
        const activity = ActivityData.safeParse(message.data);
        if (!activity.success) return;
        queries.setQueriesData<unknown>({ queryKey: runKeys.lists }, (held: unknown) =>
          foldList(held, activity.data),
        );
        reload.add(null);
      },
    });
    return () => {
      leave();
      reload.stop();
    };
  }, [live, queries]);
}

interface RunPage {
  items: RunSummary[];
  nextCursor: string | null;
}

function foldList(held: unknown, activity: ActivityData): unknown {
  if (held === undefined) return held;
  // The two shapes under this key are those of `runsQuery` and `recentRunsQuery`.
  const list = held as RunPage | InfiniteData<RunPage>;
  return 'pages' in list
    ? { ...list, pages: list.pages.map((page) => foldActivity(page, activity)) }
    : foldActivity(list, activity);
}

/** A page of runs after something happened to a run; unchanged where it is not on it or has ended. */
export function foldActivity(page: RunPage, { runId, status, timestamp }: ActivityData): RunPage {
  const place = page.items.findIndex((run) => run.id === runId && !isTerminal(run.status));
  const run = page.items[place];
  if (run === undefined || status === 'queued') return page;
  const next: RunSummary = {
    ...run,
    status,
    startedAt: run.startedAt ?? timestamp,
    endedAt: isTerminal(status) ? timestamp : null,
  };
  return { ...page, items: page.items.with(place, next) };
}
