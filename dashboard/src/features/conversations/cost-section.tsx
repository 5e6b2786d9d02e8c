import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import type { Budget } from '../../../../contracts/budget.ts';
import { costText, counted } from '../../lib/format.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Facts } from '../../ui/panel.tsx';
import { BudgetForm } from './budget-form.tsx';
import { budgetsOf, budgetsQuery } from './budget-queries.ts';
import { usePage } from './page-context.ts';

/** What the conversation has cost, and how much of its budgets is used. */
export function CostSection() {
  const { conversation } = usePage();
  const { usage, costUsd } = conversation;
  const tokens = usage.inputTokens + usage.outputTokens;
  const { data, refetch } = useQuery(budgetsQuery(useApi()));
  const budgets = budgetsOf(conversation, data?.items ?? []);
  const own = budgets.find(({ scope }) => scope === 'conversation');
  const mayChange = useMay('budgets:update') && conversation.status !== 'ended';
  const [editing, setEditing] = useState(false);
  useEffect(() => {
    // What has been spent since counts against them.
    if (budgets.length > 0) void refetch();
  }, [tokens, costUsd, budgets.length, refetch]);
  return (
    <>
      <Facts
        items={[
          [
            'Spent',
            <span key="cost" className="tabular">
              {costText(costUsd)}
            </span>,
          ],
          [
            'Tokens',
            <span key="tokens" className="tabular">
              {tokens.toLocaleString('en')}
            </span>,
          ],
        ]}
      />
      {budgets.length > 0 && (
        <ul className="mt-3 flex flex-col gap-3">
          {budgets.map((budget) => (
            <li key={`${budget.scope}/${budget.id}`}>
              <BudgetMeter budget={budget} />
            </li>
          ))}
        </ul>
      )}
      {mayChange &&
        (editing ? (
          <BudgetForm budget={own} onClose={() => setEditing(false)} />
        ) : (
          <Button variant="quiet" className="mt-2 -ml-3" onClick={() => setEditing(true)}>
            {own === undefined ? 'Set a budget' : 'Change the budget'}
          </Button>
        ))}
    </>
  );
}

const SCOPES: Record<Budget['scope'], string> = {
  conversation: 'Budget of this conversation',
  circle: 'Budget of the circle',
  agent: 'Budget of',
  run: 'Budget of the run',
  day: 'Budget of the day',
};

function BudgetMeter({ budget }: { budget: Budget }) {
  const { scope, name, tokens, usd, used, reserved } = budget;
  const shares = [
    tokens === null || tokens === 0 ? 0 : (used.tokens + reserved.tokens) / tokens,
    usd === null || usd === 0 ? 0 : (used.usd + reserved.usd) / usd,
  ];
  const share = Math.min(1, Math.max(...shares));
  const words = [
    usd === null ? undefined : `${costText(used.usd)} of ${costText(usd)}`,
    tokens === null ? undefined : `${used.tokens.toLocaleString('en')} of ${counted(tokens, 'token')}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
  const label = scope === 'agent' ? `${SCOPES.agent} ${name}` : SCOPES[scope];
  return (
    <div>
      <p className="text-xs text-ink-2">{label}</p>
      <Meter label={label} share={share} words={words} />
      <p className="tabular mt-1 text-sm">{words}</p>
    </div>
  );
}
