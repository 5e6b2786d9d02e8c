import { useInfiniteQuery } from '@tanstack/react-query';
import { Coins } from 'lucide-react';
import { Link } from 'react-router';

import type { LedgerEntry } from '../../../../contracts/ledger.ts';
import { durationText } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Cost } from '../../ui/cost.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { ledgerQuery } from './queries.ts';
import { OUTCOMES, tokensOf } from './words.ts';

const HEADERS = ['When', 'Agent', 'Model', 'For', 'Outcome', 'Tokens in / out', 'Cost', 'Time'];

/** The ledger: each attempt of each model call, the newest first. */
export function CallsTable() {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    ledgerQuery(useApi()),
  );
  const entries = data?.pages.flatMap((page) => page.items);
  if (entries === undefined)
    return error === null ? <SkeletonRows /> : <ErrorState error={error} onRetry={() => void refetch()} />;
  if (entries.length === 0)
    return (
      <EmptyState icon={Coins} title="No model has been called yet">
        Each attempt of each call to a model is written down here: who made it, what for, how many tokens it
        used and what it cost, even where it failed.
      </EmptyState>
    );
  return (
    <>
      <div className="overflow-x-auto">
        <table aria-label="Calls" className="w-full text-sm">
          <thead>
            <tr className="border-b border-line text-left text-ink-2">
              {HEADERS.map((header) => (
                <th key={header} scope="col" className="h-8 px-2 font-medium whitespace-nowrap">
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </tbody>
        </table>
      </div>
      {hasNextPage && (
        <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Loading …' : 'Show older calls'}
        </Button>
      )}
    </>
  );
}

function Entry({ entry }: { entry: LedgerEntry }) {
  const { outcome, attempt, estimated, error, latencyMs, firstTokenMs } = entry;
  const about = estimated ? '≈ ' : '';
  return (
    <tr className="border-b border-line align-top hover:bg-hover [&>td]:px-2 [&>td]:py-1.5">
      <td className="whitespace-nowrap text-ink-2">
        <TimeAgo at={entry.startedAt} />
      </td>
      <td>{entry.agentName ?? 'An agent that is gone'}</td>
      <td className="text-ink-2">
        {entry.provider} · {entry.model}
      </td>
      <td>
        <Subject entry={entry} />
      </td>
      <td title={error ?? undefined} className={outcome === 'completed' ? 'text-ink-2' : ''}>
        {outcome === null ? 'Under way' : OUTCOMES[outcome]}
        {attempt > 1 && <span className="text-ink-2"> (attempt {attempt})</span>}
      </td>
      <td
        className="tabular whitespace-nowrap text-ink-2"
        title={estimated ? 'By our own count: the provider did not say' : undefined}
      >
        {about}
        {entry.inputTokens.toLocaleString('en')} / {entry.outputTokens.toLocaleString('en')}
      </td>
      <td className="tabular font-medium">
        {entry.costUsd > 0 && about}
        <Cost usd={entry.costUsd} tokens={tokensOf(entry)} provider={entry.provider} />
      </td>
      <td
        className="tabular whitespace-nowrap text-ink-2"
        title={firstTokenMs === null ? undefined : `First words after ${durationText(firstTokenMs)}`}
      >
        {latencyMs === null ? '' : durationText(latencyMs)}
      </td>
    </tr>
  );
}

function Subject({ entry: { conversationId, turn, runId } }: { entry: LedgerEntry }) {
  const link = 'text-accent underline underline-offset-2 whitespace-nowrap';
  if (conversationId !== null)
    return (
      <Link to={pathOf.conversation(conversationId)} className={link}>
        {turn === null ? 'Summary' : `Turn ${turn}`}
      </Link>
    );
  if (runId === null) return null;
  return (
    <Link to={pathOf.run(runId)} className={link}>
      Run
    </Link>
  );
}
