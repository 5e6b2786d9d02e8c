import { useQuery } from '@tanstack/react-query';
import { Coins } from 'lucide-react';
import { Outlet, useSearchParams } from 'react-router';

import type { CostsBy } from '../../../../contracts/ledger.ts';
import { useNow } from '../../lib/clock.ts';
import { useApi } from '../../lib/services.tsx';
import { Select } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, Skeleton, SkeletonRows } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { BudgetsPanel } from './budgets-panel.tsx';
import { CallsTable } from './calls-table.tsx';
import { CostTable } from './cost-table.tsx';
import { DayBars } from './day-bars.tsx';
import { type CostFilters, type Measure, periodOf, PERIODS, readFilters, writeFilters } from './filters.ts';
import { costsQuery, daysQuery } from './queries.ts';

const TABS: Record<CostsBy, string> = {
  agent: 'Agents',
  model: 'Models',
  circle: 'Circles',
  conversation: 'Conversations',
  run: 'Runs',
  day: 'Days',
};

/** What model calls used and cost, by whom and for what, and the limits of that. */
export function CostsPage() {
  const [search, setSearch] = useSearchParams();
  const filters = readFilters(search);
  const change = (changed: Partial<CostFilters>) =>
    setSearch(writeFilters({ ...filters, ...changed }), { replace: true });
  const period = periodOf(filters.days, useNow(60_000));
  return (
    <Page crumbs={[{ label: 'Costs' }]}>
      <PageHeader
        title="Costs"
        description="What model calls used, to the last token, failed attempts too. Dollars are by the list of prices; a provider's invoice may differ."
        actions={<FilterFields filters={filters} onChange={change} />}
      />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_320px]">
        <div className="flex min-w-0 flex-col gap-6">
          <Days period={period} measure={filters.measure} />
          <Tabs
            label="Costs by"
            open={filters.by}
            onOpen={(by) => change({ by: readFilters(new URLSearchParams({ by })).by })}
            tabs={[
              ...(Object.keys(TABS) as CostsBy[]).map((by) => ({
                id: by,
                label: TABS[by],
                content: <Costs by={by} period={period} measure={filters.measure} />,
              })),
              { id: 'calls', label: 'Calls', content: <CallsTable /> },
            ]}
          />
        </div>
        <BudgetsPanel />
      </div>
      <Outlet />
    </Page>
  );
}

interface FilterFieldsProps {
  filters: CostFilters;
  onChange: (changed: Partial<CostFilters>) => void;
}

function FilterFields({ filters, onChange }: FilterFieldsProps) {
  return (
    <>
      <Select
        aria-label="Counted in"
        className="w-32"
        value={filters.measure}
        onChange={({ target }) => onChange({ measure: target.value === 'tokens' ? 'tokens' : 'cost' })}
      >
        <option value="cost">US dollars</option>
        <option value="tokens">Tokens</option>
      </Select>
      <Select
        aria-label="Period"
        className="w-36"
        value={filters.days}
        onChange={({ target }) => onChange({ days: Number(target.value) })}
      >
        {PERIODS.map((days) => (
          <option key={days} value={days}>
            Last {days} days
          </option>
        ))}
      </Select>
    </>
  );
}

interface PeriodProps {
  period: { from: string; to: string };
  measure: Measure;
}

function Days({ period, measure }: PeriodProps) {
  const { data, error, refetch } = useQuery(daysQuery(useApi(), period));
  if (data !== undefined) return <DayBars rows={data} period={period} measure={measure} />;
  return error === null ? (
    <Skeleton className="h-40" />
  ) : (
    <ErrorState error={error} onRetry={() => void refetch()} />
  );
}

function Costs({ by, period, measure }: PeriodProps & { by: CostsBy }) {
  const { data, error, refetch } = useQuery(costsQuery(useApi(), by, period));
  if (data === undefined)
    return error === null ? <SkeletonRows /> : <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0)
    return (
      <EmptyState icon={Coins} title="Nothing was used in this time">
        As soon as an agent speaks in a conversation or works in a run, what its model calls use is added up
        here.
      </EmptyState>
    );
  return <CostTable label={TABS[by]} by={by} rows={data.items} measure={measure} />;
}
