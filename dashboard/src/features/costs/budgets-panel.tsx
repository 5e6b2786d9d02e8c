import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { Link } from 'react-router';

import type { Budget } from '../../../../contracts/budget.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { budgetsQuery } from './queries.ts';
import { budgetTitle, shareOf, usageText } from './words.ts';

/** Limits of what may be used, each with how much of it is. */
export function BudgetsPanel() {
  const { data, error, refetch } = useQuery(budgetsQuery(useApi()));
  const mayChange = useMay('budgets:update');
  return (
    <Panel
      title="Budgets"
      actions={
        mayChange && (
          <ButtonLink variant="quiet" to={pathOf.newBudget}>
            <Plus aria-hidden /> Set a budget
          </ButtonLink>
        )
      }
    >
      <div className="p-4">
        {data === undefined ? (
          error === null ? (
            <SkeletonRows rows={2} />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )
        ) : data.items.length === 0 ? (
          <p className="text-sm text-ink-2">
            None yet. At the limit of a budget, of an agent, a circle or of each day, work pauses and asks
            people to extend it; nothing is lost.
          </p>
        ) : (
          <ul className="flex flex-col gap-4">
            {data.items.map((budget) => (
              <li key={`${budget.scope}/${budget.id}`}>
                <BudgetItem budget={budget} mayChange={mayChange} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}

function BudgetItem({ budget, mayChange }: { budget: Budget; mayChange: boolean }) {
  const title = budgetTitle(budget);
  const words = usageText(budget);
  return (
    <>
      <div className="flex items-baseline justify-between gap-2 text-sm">
        {mayChange ? (
          <Link
            to={pathOf.budget(budget.scope, budget.id)}
            className="min-w-0 truncate font-medium hover:underline"
          >
            {title}
          </Link>
        ) : (
          <span className="min-w-0 truncate font-medium">{title}</span>
        )}
      </div>
      <Meter label={title} share={shareOf(budget)} words={words} />
      <p className="tabular mt-1 text-xs text-ink-2">{words}</p>
    </>
  );
}
