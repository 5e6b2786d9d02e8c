import { useInfiniteQuery } from '@tanstack/react-query';

import { useApi } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { ConversationsTable } from './conversations-table.tsx';
import { conversationsQuery } from './queries.ts';

/** What one circle talks about, newest first. */
export function CircleConversations({ circleId }: { circleId: string }) {
  const query = useInfiniteQuery(conversationsQuery(useApi(), { circleId }));
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  if (data === undefined)
    return error === null ? (
      <SkeletonRows rows={3} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch()} />
    );
  const conversations = data.pages.flatMap((page) => page.items);
  if (conversations.length === 0)
    return (
      <p className="rounded-panel border border-dashed border-line-strong p-5 text-ink-2">
        Nothing has been talked about yet. Give the circle a topic, and its agents begin.
      </p>
    );
  return (
    <>
      <ConversationsTable ofOne conversations={conversations} />
      {hasNextPage && (
        <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Loading …' : 'Show more'}
        </Button>
      )}
    </>
  );
}
