import { useInfiniteQuery } from '@tanstack/react-query';
import { Brain, Eraser, Hourglass, Plus } from 'lucide-react';
import { Outlet, useSearchParams } from 'react-router';

import { useParameter } from '../../lib/address.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Blocks } from './blocks.tsx';
import { ExportButton } from './export-button.tsx';
import { readFilters } from './filters.ts';
import { MemoriesTable } from './memories-table.tsx';
import { MemoryFilterFields } from './memory-filters.tsx';
import { memoriesQuery } from './queries.ts';
import { SearchPlayground } from './search-playground.tsx';
import { useMemoryActivity } from './use-memory-activity.ts';

const VIEWS = ['list', 'blocks', 'search'] as const;

/** What the house remembers, as far as the person may see it. */
export function MemoryPage() {
  const [search] = useSearchParams();
  const set = useParameter();
  useMemoryActivity();
  const view = VIEWS.find((known) => known === search.get('view')) ?? 'list';
  const mayCreate = useMay('memories:create');
  const mayRetain = useMay('retention:read');
  const mayForget = useMay('memories:delete');
  const kept = search.size === 0 ? '' : `?${search.toString()}`;
  return (
    <Page crumbs={[{ label: 'Memory' }]}>
      <PageHeader
        title="Memory"
        description="What agents have learnt and people have told them. A scope says where something is recalled; who may see it follows from where it was said."
        actions={
          <>
            {view === 'list' && <ExportButton filters={readFilters(search)} />}
            {mayRetain && (
              <ButtonLink to={pathOf.memoryRetention + kept}>
                <Hourglass aria-hidden /> Retention
              </ButtonLink>
            )}
            {mayForget && (
              <ButtonLink to={pathOf.forgetMemories + kept}>
                <Eraser aria-hidden /> Forget …
              </ButtonLink>
            )}
            {mayCreate && (
              <ButtonLink variant="primary" to={pathOf.newMemory + kept}>
                <Plus aria-hidden /> {view === 'blocks' ? 'New block' : 'New memory'}
              </ButtonLink>
            )}
          </>
        }
      />
      <Tabs
        label="Views of the memory"
        open={view}
        onOpen={(id) => set('view', id === 'list' ? '' : id)}
        tabs={[
          { id: 'list', label: 'Memories', content: <Memories /> },
          { id: 'blocks', label: 'Blocks', content: <Blocks /> },
          { id: 'search', label: 'Search', content: <SearchPlayground /> },
        ]}
      />
      <Outlet />
    </Page>
  );
}

function Memories() {
  const [search] = useSearchParams();
  const filters = readFilters(search);
  const query = useInfiniteQuery(memoriesQuery(useApi(), filters));
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const memories = data?.pages.flatMap((page) => page.items);
  return (
    <>
      <MemoryFilterFields />
      {memories === undefined ? (
        error === null ? (
          <SkeletonRows />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : memories.length === 0 ? (
        <NoMemories filtered={Object.keys(filters).length > 0} words={filters.q} />
      ) : (
        <MemoriesTable memories={memories} />
      )}
      {hasNextPage && (
        <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Loading …' : 'Show more'}
        </Button>
      )}
    </>
  );
}

interface NoMemoriesProps {
  filtered: boolean;
  /** What they were to hold. */
  words: string | undefined;
}

function NoMemories({ filtered, words }: NoMemoriesProps) {
  const mayCreate = useMay('memories:create');
  if (filtered)
    return (
      <EmptyState
        icon={Brain}
        title="No memory fits these filters"
        action={
          <span className="flex flex-wrap gap-2">
            <ButtonLink to={pathOf.memory}>Show all</ButtonLink>
            {words !== undefined && (
              <ButtonLink
                to={`${pathOf.memory}?${new URLSearchParams({ view: 'search', q: words }).toString()}`}
              >
                Search by meaning
              </ButtonLink>
            )}
          </span>
        }
      >
        Others may be there. The search finds by meaning too, not by words alone.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={Brain}
      title="Nothing is remembered yet"
      action={
        mayCreate ? (
          <ButtonLink variant="primary" to={pathOf.newMemory}>
            <Plus aria-hidden /> New memory
          </ButtonLink>
        ) : undefined
      }
    >
      Agents with memory scopes keep what matters of a conversation by themselves, such as “The deadline is 1
      June”. You can tell them something now: a fact is recalled where its scope says.
    </EmptyState>
  );
}
