import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { MessagesSquare, Plus } from 'lucide-react';
import { Outlet, useSearchParams } from 'react-router';

import { ConversationStatus } from '../../../../contracts/conversation.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { circlesQuery, rosterQuery } from '../../lib/roster.ts';
import { useApi } from '../../lib/services.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { statusWord } from '../../ui/status.tsx';
import { ConversationsTable } from './conversations-table.tsx';
import { filtersOf } from './filters.ts';
import { conversationsQuery } from './queries.ts';

/** Every conversation that the person may see. */
export function ConversationsPage() {
  const api = useApi();
  const [search] = useSearchParams();
  const filters = filtersOf(search);
  const query = useInfiniteQuery(conversationsQuery(api, filters));
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const conversations = data?.pages.flatMap((page) => page.items);
  const filtered = Object.keys(filters).length > 0;
  const create = useMay('conversations:converse') ? (
    <ButtonLink variant="primary" to={pathOf.newConversation()}>
      <Plus aria-hidden /> Start conversation
    </ButtonLink>
  ) : undefined;
  return (
    <Page crumbs={[{ label: 'Conversations' }]}>
      <PageHeader
        title="Conversations"
        description="What is talked about with circles and single agents. Every word is kept, whatever stops meanwhile."
        actions={create}
      />
      <Filters />
      {conversations === undefined ? (
        error === null ? (
          <SkeletonRows />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : conversations.length === 0 ? (
        <EmptyState
          icon={MessagesSquare}
          title={filtered ? 'No conversation fits these filters' : 'No conversations yet'}
          action={filtered ? <ButtonLink to={pathOf.conversations}>Show all</ButtonLink> : create}
        >
          {filtered
            ? 'Others may be there.'
            : 'Give a circle a topic, such as “Outline a guide for new customers”, and watch its agents discuss it; or talk with one agent alone.'}
        </EmptyState>
      ) : (
        <ConversationsTable conversations={conversations} />
      )}
      {hasNextPage && (
        <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Loading …' : 'Show more'}
        </Button>
      )}
      <Outlet />
    </Page>
  );
}

function Filters() {
  const api = useApi();
  const [search, setSearch] = useSearchParams();
  const { data: circles } = useQuery(circlesQuery(api));
  const { data: agents } = useQuery(rosterQuery(api));
  const set = (name: string, value: string, other?: string) =>
    setSearch((held) => {
      const next = new URLSearchParams(held);
      if (value === '') next.delete(name);
      else next.set(name, value);
      // A conversation is with a circle or with an agent.
      if (other !== undefined && value !== '') next.delete(other);
      return next;
    });
  return (
    <div role="search" aria-label="Filter conversations" className="mb-3 flex flex-wrap gap-2">
      <span className="w-44">
        <Select
          aria-label="Circle"
          value={search.get('circle') ?? ''}
          onChange={({ target }) => set('circle', target.value, 'agent')}
        >
          <option value="">Any circle</option>
          {circles?.items.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </span>
      <span className="w-44">
        <Select
          aria-label="Agent"
          value={search.get('agent') ?? ''}
          onChange={({ target }) => set('agent', target.value, 'circle')}
        >
          <option value="">Any agent</option>
          {agents?.items.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </span>
      <span className="w-48">
        <Select
          aria-label="Status"
          value={search.get('status') ?? ''}
          onChange={({ target }) => set('status', target.value)}
        >
          <option value="">Any status</option>
          {ConversationStatus.options.map((status) => (
            <option key={status} value={status}>
              {statusWord(status)}
            </option>
          ))}
        </Select>
      </span>
    </div>
  );
}
