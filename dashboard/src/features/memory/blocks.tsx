import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus, SquareStack } from 'lucide-react';
import { useSearchParams } from 'react-router';

import type { Memory } from '../../../../contracts/memory.ts';
import { useParameter } from '../../lib/address.ts';
import { scopeKeyOf } from '../../lib/memory-words.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { ScopeSelect } from '../../lib/scope-select.tsx';
import { useApi } from '../../lib/services.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { BlockCard } from './block-card.tsx';
import { readFilters } from './filters.ts';
import { memoriesQuery } from './queries.ts';

/** Working blocks: small texts that stand in every prompt of their scope, edited where they stand. */
export function Blocks() {
  const [search] = useSearchParams();
  const set = useParameter();
  const { scope } = readFilters(search);
  const mayCreate = useMay('memories:create');
  const query = useInfiniteQuery(
    memoriesQuery(useApi(), { kind: 'block', ...(scope !== undefined && { scope }) }),
  );
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const blocks = data?.pages.flatMap((page) => page.items);
  return (
    <>
      <div role="search" aria-label="Filter blocks" className="mb-3 flex flex-wrap items-center gap-3">
        <span className="w-44">
          <ScopeSelect
            aria-label="Scope"
            none="Any scope"
            kinds
            value={scope ?? ''}
            onChange={(key) => set('scope', key)}
          />
        </span>
        <p className="text-sm text-ink-2">
          The agents of a scope read its blocks before each answer, and may change them.
        </p>
      </div>
      {blocks === undefined ? (
        error === null ? (
          <SkeletonRows rows={3} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : blocks.length === 0 ? (
        <EmptyState
          icon={SquareStack}
          title={scope === undefined ? 'No blocks yet' : 'No blocks in this scope'}
          action={
            mayCreate ? (
              <ButtonLink variant="primary" to={`${pathOf.newMemory}?${search.toString()}`}>
                <Plus aria-hidden /> New block
              </ButtonLink>
            ) : undefined
          }
        >
          A block holds what must never be missed, such as “style_guide: write short sentences, in British
          English”.
        </EmptyState>
      ) : (
        <ul className="grid gap-4 lg:grid-cols-2">
          {blocks.map((block) => (
            <li key={keyOf(block)}>
              <BlockCard block={block} />
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Loading …' : 'Show more'}
        </Button>
      )}
    </>
  );
}

/** The same for every version of a block, so that a form in it outlives what others change. */
const keyOf = ({ scope, name, audience }: Memory): string =>
  `${scopeKeyOf(scope)}/${name ?? ''}/${audience.kind === 'everyone' ? '' : audience.id}`;
