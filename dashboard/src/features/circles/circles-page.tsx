import { useQuery } from '@tanstack/react-query';
import { MessageSquarePlus, Plus, UsersRound } from 'lucide-react';
import { Outlet } from 'react-router';

import type { CircleSummary } from '../../../../contracts/circle.ts';
import { MODES } from '../../lib/conversation-words.ts';
import { counted } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { circlesQuery } from '../../lib/roster.ts';
import { useApi } from '../../lib/services.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';

const COLUMNS: readonly [Column<CircleSummary>, ...Column<CircleSummary>[]] = [
  {
    id: 'name',
    header: 'Name',
    cell: (circle) => (
      <>
        <span className="block sm:min-w-40">{circle.name}</span>
        <span className="line-clamp-2 font-normal text-ink-2 sm:line-clamp-1">{circle.description}</span>
      </>
    ),
  },
  {
    id: 'mode',
    header: 'Mode',
    cell: ({ mode }) => MODES[mode].label,
    className: 'w-36 hidden sm:table-cell',
  },
  {
    id: 'members',
    header: 'Members',
    cell: ({ agents, people }) => `${counted(agents, 'agent')}, ${counted(people, 'person', 'people')}`,
    className: 'w-40 hidden md:table-cell',
  },
  {
    id: 'open',
    header: 'Open',
    cell: ({ openConversations }) => <span className="tabular">{openConversations}</span>,
    className: 'w-16 hidden lg:table-cell',
  },
  {
    id: 'visibility',
    header: 'Visible to',
    cell: ({ visibility }) => (visibility === 'everyone' ? 'Everyone' : 'Members'),
    className: 'w-24 hidden xl:table-cell',
  },
  {
    id: 'updated',
    header: 'Changed',
    cell: ({ updatedAt }) => <TimeAgo at={updatedAt} />,
    className: 'w-28 hidden lg:table-cell',
  },
];

/** Every circle that the person may see. */
export function CirclesPage() {
  const api = useApi();
  const { data, error, refetch } = useQuery(circlesQuery(api));
  const mayConverse = useMay('conversations:converse');
  const create = useMay('circles:create') ? (
    <ButtonLink variant="primary" to={pathOf.newCircle}>
      <Plus aria-hidden /> New circle
    </ButtonLink>
  ) : undefined;
  const actions = ({ id, name }: CircleSummary) => (
    <ButtonLink
      variant="quiet"
      to={pathOf.newConversation({ circle: id })}
      aria-label={`Start a conversation with ${name}`}
    >
      <MessageSquarePlus aria-hidden /> Talk
    </ButtonLink>
  );
  return (
    <Page crumbs={[{ label: 'Circles' }]}>
      <PageHeader
        title="Circles"
        description="Teams of agents and people that talk with each other. The mode decides who speaks next."
        actions={create}
      />
      {data === undefined ? (
        error === null ? (
          <SkeletonRows />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : data.items.length === 0 ? (
        <EmptyState icon={UsersRound} title="No circles yet" action={create}>
          An editorial team, for example: a researcher, an editor and a critic who go over a text until the
          critic approves.
        </EmptyState>
      ) : (
        <DataTable
          label="Circles"
          rows={data.items}
          keyOf={({ id }) => id}
          linkOf={({ id }) => pathOf.circle(id)}
          columns={COLUMNS}
          {...(mayConverse && { actions })}
        />
      )}
      <Outlet />
    </Page>
  );
}
