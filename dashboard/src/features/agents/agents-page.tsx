import { useQuery } from '@tanstack/react-query';
import { Bot, Plus } from 'lucide-react';
import { Outlet } from 'react-router';

import type { Agent } from '../../../../contracts/agent.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
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
      <>
        {agent.name}
        <span className="line-clamp-1 font-normal text-ink-2">{agent.role}</span>
      </>
    ),
  },
  {
    id: 'model',
    header: 'Model',
    cell: (agent) => `${agent.provider} · ${agent.model}`,
    className: 'hidden sm:table-cell',
  },
  {
    id: 'tools',
    header: 'Tools',
    cell: (agent) => (agent.tools.length === 0 ? 'None' : agent.tools.join(', ')),
    className: 'hidden lg:table-cell',
  },
  {
    id: 'updated',
    header: 'Changed',
    cell: (agent) => <TimeAgo at={agent.updatedAt} />,
    className: 'w-32 hidden md:table-cell',
  },
];

export function AgentsPage() {
  const api = useApi();
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
          An agent answers prompts in pipelines. An editor, for example, turns notes into a report that reads
          well.
        </EmptyState>
      ) : (
        <DataTable
          label="Agents"
          rows={data.items}
          keyOf={(agent) => agent.id}
          linkOf={(agent) => pathOf.agent(agent.id)}
          columns={COLUMNS}
        />
      )}
      <Outlet />
    </Page>
  );
}
