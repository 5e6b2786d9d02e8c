import { useQuery } from '@tanstack/react-query';
import { Search, TriangleAlert } from 'lucide-react';
import { useSearchParams } from 'react-router';

import type { FoundChunk } from '../../../../contracts/knowledge.ts';
import type { FoundMemory, SearchSummary } from '../../../../contracts/memory.ts';
import { counted, durationText } from '../../lib/format.ts';
import { useApi } from '../../lib/services.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { FoundList } from './found-list.tsx';
import { NothingFound } from './nothing-found.tsx';
import { searchKnowledgeQuery, searchMemoriesQuery } from './queries.ts';
import { QueryField, SearchOptions } from './search-form.tsx';
import {
  countingIn,
  knowledgeSearchOf,
  memorySearchOf,
  type Playground,
  readPlayground,
} from './search-request.ts';
import { WeightSliders } from './weight-sliders.tsx';

/** Searches as agents do, and shows why each result is found where it is. */
export function SearchPlayground() {
  const [search] = useSearchParams();
  const playground = readPlayground(search);
  const { data, error, refetch, isPlaceholderData } = useFound(playground);
  const asked = playground.q.trim() !== '';
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_280px]">
      <div className="flex min-w-0 flex-col gap-4">
        <QueryField key={playground.q} />
        {!asked ? (
          <EmptyState icon={Search} title="Ask what an agent would ask">
            Each result shows how much its meaning, its words, its recency and its importance count. Move the
            weights to see what would come first.
          </EmptyState>
        ) : data === undefined ? (
          error === null ? (
            <SkeletonRows rows={5} />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <section aria-label="Results" aria-busy={isPlaceholderData} className="flex flex-col gap-3">
            {error !== null && <ErrorState error={error} />}
            <Summary summary={data.summary} count={data.items.length} />
            {data.items.length === 0 ? (
              <NothingFound playground={playground} summary={data.summary} />
            ) : (
              <FoundList items={data.items} counting={countingIn(playground.source, data.summary.mode)} />
            )}
          </section>
        )}
      </div>
      <aside aria-label="How it is searched" className="flex flex-col gap-5">
        <SearchOptions playground={playground} />
        {asked && data !== undefined && (
          <WeightSliders
            used={data.summary.weights}
            counting={countingIn(playground.source, playground.mode)}
          />
        )}
      </aside>
    </div>
  );
}

interface Found {
  items: readonly (FoundMemory | FoundChunk)[];
  summary: SearchSummary;
}

function useFound(playground: Playground) {
  const api = useApi();
  const asked = playground.q.trim() !== '';
  const isMemories = playground.source === 'memories';
  const memories = useQuery({
    ...searchMemoriesQuery(api, memorySearchOf(playground)),
    enabled: asked && isMemories,
  });
  const knowledge = useQuery({
    ...searchKnowledgeQuery(api, knowledgeSearchOf(playground)),
    enabled: asked && !isMemories,
  });
  const { data, error, refetch, isPlaceholderData } = isMemories ? memories : knowledge;
  const found: Found | undefined = data;
  return { data: found, error, refetch, isPlaceholderData };
}

function Summary({ summary, count }: { summary: SearchSummary; count: number }) {
  const { tookMs, model, degraded, mode } = summary;
  return (
    <>
      {degraded !== null && (
        <p className="flex items-start gap-2 rounded-panel bg-waiting-wash px-3 py-2 text-sm">
          <TriangleAlert className="mt-0.5 size-4 shrink-0 text-waiting" aria-hidden />
          <span className="min-w-0 break-words">Only words were searched. {degraded}</span>
        </p>
      )}
      <p role="status" className="text-sm text-ink-2">
        {counted(count, 'result')} · {mode !== 'text' && `embedded in ${durationText(tookMs.embed)}, `}
        searched in {durationText(tookMs.search)}
        {tookMs.rerank !== null && `, reranked in ${durationText(tookMs.rerank)}`} ·{' '}
        <span className="mono">{model}</span>
      </p>
    </>
  );
}
