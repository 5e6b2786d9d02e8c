import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Link } from 'react-router';

import type { Chunk, KnowledgeDocument } from '../../../../contracts/knowledge.ts';
import { counted } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { chunksQuery, isUnderWay, useIsGoing } from './queries.ts';
import { placeText } from './words.ts';

interface ChunksProps {
  document: KnowledgeDocument;
  /** The one that is cited; null for none. */
  chunkId: string | null;
}

/** What a document was cut into, in its order; the cited piece is brought into view. */
export function Chunks({ document, chunkId }: ChunksProps) {
  const isGoing = useIsGoing(document.id);
  const query = useInfiniteQuery({
    ...chunksQuery(useApi(), document.id, document.version),
    enabled: !isGoing,
  });
  const { data, error, refetch, hasNextPage, isFetching, fetchNextPage } = query;
  const chunks = data?.pages.flatMap((page) => page.items);
  const isSought = chunkId !== null && chunks !== undefined && chunks.every(({ id }) => id !== chunkId);
  useEffect(() => {
    if (isSought && hasNextPage && !isFetching) void fetchNextPage();
  }, [isSought, hasNextPage, isFetching, fetchNextPage]);
  const total = document.progress.chunks;
  return (
    <section aria-label="Chunks">
      <h3 className="mb-2 text-sm font-semibold">{total === null ? 'Chunks' : counted(total, 'chunk')}</h3>
      {isSought && !hasNextPage && (
        <p className="mb-2 rounded-panel bg-waiting-wash px-3 py-2 text-sm">
          The place that was cited is not in this version of the document any more.
        </p>
      )}
      {chunks === undefined ? (
        error === null ? (
          <SkeletonRows rows={4} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : chunks.length === 0 ? (
        <p className="text-sm text-ink-2">
          {isUnderWay(document.status) || document.status === 'paused'
            ? 'It has not been read yet. What it is cut into appears here, with pages and headings.'
            : 'Nothing was read of it.'}
        </p>
      ) : (
        <ol className="flex flex-col gap-2">
          {chunks.map((chunk) => (
            <li key={chunk.id}>
              <ChunkView
                chunk={chunk}
                cited={chunk.id === chunkId}
                isEnded={!isUnderWay(document.status) && document.status !== 'paused'}
              />
            </li>
          ))}
        </ol>
      )}
      {hasNextPage && (
        <Button className="mt-3" disabled={isFetching} onClick={() => void fetchNextPage()}>
          {isFetching ? 'Loading …' : 'Show more'}
        </Button>
      )}
    </section>
  );
}

interface ChunkViewProps {
  chunk: Chunk;
  cited: boolean;
  /** Whether nothing is embedded any more unless somebody tries again. */
  isEnded: boolean;
}

function ChunkView({ chunk, cited, isEnded }: ChunkViewProps) {
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    if (cited) element.current?.scrollIntoView({ block: 'center' });
  }, [cited]);
  const place = placeText(chunk);
  return (
    <article
      ref={element}
      aria-label={`Chunk ${chunk.position + 1}`}
      {...(cited && { 'aria-current': true })}
      className={`rounded-panel border px-3 py-2 text-sm ${cited ? 'border-accent bg-selected' : 'border-line'}`}
    >
      <p className="flex flex-wrap gap-x-2 text-xs text-ink-2">
        <Link
          to={pathOf.document(chunk.documentId, chunk.id)}
          replace
          aria-label={`Link to chunk ${chunk.position + 1}`}
          className="tabular rounded-sm underline-offset-2 hover:underline"
        >
          {chunk.position + 1}
        </Link>
        {place !== '' && <span className="min-w-0 break-words">{place}</span>}
        {cited && <span className="font-medium text-accent">Cited</span>}
        {!chunk.isEmbedded && <span>{isEnded ? 'not embedded' : 'not embedded yet'}</span>}
      </p>
      <p className="mt-1 break-words whitespace-pre-wrap">{chunk.content}</p>
    </article>
  );
}
