import { useQuery } from '@tanstack/react-query';
import { Coins } from 'lucide-react';

import type { CostRow } from '../../../../contracts/ledger.ts';
import { useApi } from '../../lib/services.tsx';
import { Cost, providerIn } from '../../ui/cost.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { agentCostsQuery } from './queries.ts';

/** What the agent used in the last 30 days, by model and by day. */
export function AgentCosts({ agentId }: { agentId: string }) {
  const api = useApi();
  const byModel = useQuery(agentCostsQuery(api, agentId, 'model'));
  const byDay = useQuery(agentCostsQuery(api, agentId, 'day'));
  const error = byModel.error ?? byDay.error;
  if (byModel.data === undefined || byDay.data === undefined)
    return error === null ? (
      <SkeletonRows rows={5} />
    ) : (
      <ErrorState
        error={error}
        onRetry={() => {
          void byModel.refetch();
          void byDay.refetch();
        }}
      />
    );
  if (byDay.data.length === 0)
    return (
      <EmptyState icon={Coins} title="Nothing used in the last 30 days">
        Tokens and cost of each of its model calls add up here, by model and by day.
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-6">
      <p className="text-sm text-ink-2">In the last 30 days, by model and by day (UTC).</p>
      <CostTable label="By model" header="Model" rows={byModel.data} />
      <CostTable label="By day" header="Day" rows={byDay.data} />
    </div>
  );
}

function CostTable({ label, header, rows }: { label: string; header: string; rows: readonly CostRow[] }) {
  return (
    <table aria-label={label} className="w-full border-collapse text-sm">
      <thead>
        <tr className="border-b border-line text-left text-ink-2">
          {[header, 'Calls', 'Tokens in', 'Tokens out', 'Cost'].map((name, index) => (
            <th key={name} scope="col" className={`h-8 px-2 font-medium ${index > 0 ? 'text-right' : ''}`}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} className="border-b border-line">
            <th scope="row" className="h-9 px-2 text-left font-medium">
              {row.name}
            </th>
            {[row.calls, row.inputTokens, row.outputTokens].map((count, index) => (
              <td key={index} className="tabular px-2 text-right text-ink-2">
                {count.toLocaleString('en')}
              </td>
            ))}
            <td className="tabular px-2 text-right">
              <Cost
                usd={row.costUsd}
                tokens={row.inputTokens + row.outputTokens}
                provider={header === 'Model' ? providerIn(row.key) : undefined}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
