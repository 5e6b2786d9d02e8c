import { useInfiniteQuery } from '@tanstack/react-query';
import { MessagesSquare } from 'lucide-react';

import type { AgentSession } from '../../../../contracts/ledger.ts';
import { costText } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { StatusLabel } from '../../ui/status.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { sessionsQuery } from './queries.ts';

const COLUMNS: readonly [Column<AgentSession>, ...Column<AgentSession>[]] = [
  {
    id: 'subject',
    header: 'In',
    cell: ({ kind, subject, subjectId }) => (
      <>
        <span className="line-clamp-1">{subject ?? subjectId}</span>
        <span className="font-normal text-ink-2">{kind === 'run' ? 'Run' : 'Conversation'}</span>
      </>
    ),
  },
  {
    id: 'calls',
    header: 'Calls',
    cell: ({ calls }) => <span className="tabular">{calls.toLocaleString('en')}</span>,
    className: 'text-right hidden sm:table-cell',
  },
  {
    id: 'tokens',
    header: 'Tokens',
    cell: ({ tokens }) => <span className="tabular">{tokens.toLocaleString('en')}</span>,
    className: 'text-right',
  },
  {
    id: 'cost',
    header: 'Cost',
    cell: ({ costUsd }) => <span className="tabular">{costText(costUsd)}</span>,
    className: 'text-right',
  },
  {
    id: 'active',
    header: 'Last active',
    cell: ({ kind, running, lastActiveAt }) => {
      if (!running) return <TimeAgo at={lastActiveAt} />;
      // A turn that is open may as well wait for a person.
      return kind === 'run' ? <StatusLabel status="running" /> : 'Open';
    },
    className: 'w-32',
  },
];

const linkOf = ({ kind, subjectId }: AgentSession): string =>
  kind === 'run' ? pathOf.run(subjectId) : pathOf.conversation(subjectId);

/** What the agent does now and did before: one line for each conversation and run. */
export function AgentSessions({ agentId }: { agentId: string }) {
  const query = useInfiniteQuery(sessionsQuery(useApi(), agentId));
  const sessions = query.data?.pages.flatMap(({ items }) => items);
  if (sessions === undefined)
    return query.error === null ? (
      <SkeletonRows rows={5} />
    ) : (
      <ErrorState error={query.error} onRetry={() => void query.refetch()} />
    );
  if (sessions.length === 0)
    return (
      <EmptyState icon={MessagesSquare} title="It has not been asked yet">
        Each conversation and each run in which it speaks is listed here, with what it used.
      </EmptyState>
    );
  return (
    <>
      <DataTable
        label="Sessions"
        rows={sessions}
        keyOf={(one) => one.subjectId}
        linkOf={linkOf}
        columns={COLUMNS}
      />
      {query.hasNextPage && (
        <Button
          className="mt-3"
          disabled={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {query.isFetchingNextPage ? 'Loading …' : 'Show older ones'}
        </Button>
      )}
    </>
  );
}
