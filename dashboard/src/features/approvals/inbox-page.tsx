import { useInfiniteQuery } from '@tanstack/react-query';
import { ArrowLeft, Inbox } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';

import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { DecisionCard } from './decision-card.tsx';
import { InboxList } from './inbox-list.tsx';
import { approvalsQuery } from './queries.ts';
import { searchOf, SHOWN, type Shown, shownOf } from './shown.ts';

/** What runs and conversations ask people: the questions on the left, the one that is looked at on the right; each has its address. */
export function InboxPage() {
  const { approvalId } = useParams();
  const [search] = useSearchParams();
  const shown = shownOf(search);
  return (
    <Page
      crumbs={
        approvalId === undefined
          ? [{ label: 'Inbox' }]
          : [{ label: 'Inbox', to: pathOf.inbox }, { label: 'Decision' }]
      }
    >
      <div className={approvalId === undefined ? '' : 'hidden lg:block'}>
        <PageHeader title="Inbox" description="What runs and conversations wait for people to decide." />
        <Choices shown={shown} />
      </div>
      <InboxViews shown={shown} approvalId={approvalId} />
    </Page>
  );
}

function Choices({ shown }: { shown: Shown }) {
  return (
    <nav aria-label="Which approvals" className="mb-4 flex gap-1">
      {(['mine', 'waiting', 'ended'] as const).map((choice) => (
        <Link
          key={choice}
          to={`${pathOf.inbox}${searchOf(choice)}`}
          {...(choice === shown && { 'aria-current': 'true' as const })}
          className="rounded-input px-2.5 py-1 text-sm text-ink-2 hover:bg-hover hover:text-ink aria-[current]:bg-selected aria-[current]:font-medium aria-[current]:text-ink"
        >
          {SHOWN[choice].label}
        </Link>
      ))}
    </nav>
  );
}

function InboxViews({ shown, approvalId }: { shown: Shown; approvalId: string | undefined }): ReactNode {
  const api = useApi();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    approvalsQuery(api, shown),
  );
  const approvals = data?.pages.flatMap((page) => page.items) ?? [];
  const open = approvalId ?? approvals[0]?.id;
  if (data === undefined && approvalId === undefined)
    return error === null ? <SkeletonRows /> : <ErrorState error={error} onRetry={() => void refetch()} />;
  if (open === undefined) return <Nothing shown={shown} />;
  return (
    <div className="grid items-start gap-x-6 lg:grid-cols-[minmax(260px,340px)_minmax(0,1fr)]">
      <div className={approvalId === undefined ? '' : 'hidden lg:block'}>
        {approvals.length === 0 && data !== undefined && (
          <p className="px-2 py-2 text-ink-2">{SHOWN[shown].none}.</p>
        )}
        <InboxList approvals={approvals} open={open} shown={shown} />
        {hasNextPage && (
          <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Loading …' : 'Show older ones'}
          </Button>
        )}
      </div>
      <div
        className={`min-w-0 rounded-panel border border-line bg-raised p-5 sm:p-6 ${approvalId === undefined ? 'hidden lg:block' : ''}`}
      >
        <ButtonLink variant="quiet" to={`${pathOf.inbox}${searchOf(shown)}`} className="mb-3 -ml-3 lg:hidden">
          <ArrowLeft aria-hidden /> Inbox
        </ButtonLink>
        <DecisionCard key={open} id={open} />
      </div>
    </div>
  );
}

function Nothing({ shown }: { shown: Shown }) {
  return (
    <EmptyState
      icon={Inbox}
      title={SHOWN[shown].none}
      action={<ButtonLink to={pathOf.pipelines}>Look at pipelines</ButtonLink>}
    >
      A pipeline can stop and ask people with an approval node, for example before it publishes a text; in a
      conversation an agent asks before it uses a tool that needs a person’s word. You read it here, edit it,
      and approve or reject. Runs and conversations wait, for weeks if need be, and go on where they were.
    </EmptyState>
  );
}
