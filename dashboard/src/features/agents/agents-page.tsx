import { useQuery } from '@tanstack/react-query';
import { Bot, MessageCircle, Plus } from 'lucide-react';
import { Outlet } from 'react-router';

import type { Agent } from '../../../../contracts/agent.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { Avatar, SPEAKER_COLOURS } from '../../ui/avatar.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { agentsQuery } from './queries.ts';

const COLUMNS: readonly [Column<Agent>, ...Column<Agent>[]] = [
  {
    id: 'name',
    header: 'Name',
    cell: (agent) => (
      <span className="flex items-center gap-2.5">
        <Avatar name={agent.name} colour={Number.parseInt(agent.id.slice(-2), 16) % SPEAKER_COLOURS} small />
        <span className="min-w-0">
          {agent.name}
          <span className="line-clamp-1 font-normal text-ink-2">{agent.role}</span>
        </span>
      </span>
    ),
  },
  {
    id: 'model',
    header: 'Model',
    cell: (agent) => `${agent.provider} · ${agent.model}`,
    className: 'hidden sm:table-cell whitespace-nowrap',
  },
  {
    id: 'tools',
    header: 'Tools',
    cell: (agent) => toolWords(agent),
    className: 'hidden lg:table-cell',
  },
  {
    id: 'updated',
    header: 'Changed',
    cell: (agent) => <TimeAgo at={agent.updatedAt} />,
    className: 'w-32 hidden md:table-cell',
  },
];

const toolWords = ({ tools, approveTools }: Agent): string =>
  tools.length === 0
    ? 'None'
    : tools.map((tool) => (approveTools.includes(tool) ? `${tool} (asks)` : tool)).join(', ');

export function AgentsPage() {
  const api = useApi();
  const mayTalk = useMay('conversations:converse');
  const { data, error, refetch } = useQuery(agentsQuery(api));
  const create = useMay('agents:create') ? (
    <ButtonLink variant="primary" to={pathOf.newAgent}>
      <Plus aria-hidden /> New agent
    </ButtonLink>
  ) : undefined;
  return (
    <Page crumbs={[{ label: 'Agents' }]}>
      <PageHeader
        title="Agents"
        description="Who does the thinking: a role, instructions, a model and the tools it may use."
        actions={create}
      />
      {data === undefined ? (
        error === null ? (
          <SkeletonRows />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : data.items.length === 0 ? (
        <EmptyState icon={Bot} title="No agents yet" action={create}>
          An agent answers in conversations and in pipelines. An editor, for example, turns notes into a
          report that reads well.
        </EmptyState>
      ) : (
        <DataTable
          label="Agents"
          rows={data.items}
          keyOf={(agent) => agent.id}
          linkOf={(agent) => pathOf.agent(agent.id)}
          columns={COLUMNS}
          {...(mayTalk && { actions: chatLink })}
        />
      )}
      <Outlet />
    </Page>
  );
}

function chatLink(agent: Agent) {
  return (
    <ButtonLink
      variant="quiet"
      iconOnly
      to={pathOf.newConversation({ agent: agent.id })}
      aria-label={`Start chat with ${agent.name}`}
      title="Start chat"
    >
      <MessageCircle aria-hidden />
    </ButtonLink>
  );
}
