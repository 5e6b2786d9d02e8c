import { useQuery } from '@tanstack/react-query';
import { type SyntheticEvent, useId, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { toast } from 'sonner';

import { type Budget, EVERY_DAY } from '../../../../contracts/budget.ts';
import { wordsOf } from '../../lib/failure.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm, Drawer } from '../../ui/dialog.tsx';
import { FieldError } from '../../ui/field.tsx';
import { SkeletonRows } from '../../ui/states.tsx';
import { type BudgetDraft, type LimitErrors, limitsOf } from './budget-draft.ts';
import { BudgetFields } from './budget-fields.tsx';
import { budgetsQuery, useSetBudget } from './queries.ts';
import { budgetTitle, usageText } from './words.ts';

/** Sets, changes or deletes a budget. */
export function BudgetDrawer() {
  const { scope, id } = useParams();
  const navigate = useNavigate();
  const { data } = useQuery(budgetsQuery(useApi()));
  const close = () => void navigate(pathOf.costs);
  if (data === undefined)
    return (
      <Drawer title="Budget" onClose={close}>
        <SkeletonRows rows={3} />
      </Drawer>
    );
  const budget = data.items.find((one) => one.scope === scope && one.id === id);
  return <BudgetForm budget={budget} onClose={close} />;
}

const shown = (number: number | null | undefined): string => String(number ?? '');

function BudgetForm({ budget, onClose }: { budget: Budget | undefined; onClose: () => void }) {
  const form = useId();
  const [begun] = useState<BudgetDraft>({
    subject: { scope: budget?.scope ?? 'day', id: budget?.id ?? EVERY_DAY },
    usd: shown(budget?.usd),
    tokens: shown(budget?.tokens),
  });
  const [draft, setDraft] = useState(begun);
  const [errors, setErrors] = useState<LimitErrors>({});
  const set = useSetBudget();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const read = limitsOf(draft);
    setErrors(read.ok ? {} : read.errors);
    if (!read.ok) return;
    set.mutate(
      { ...draft.subject, limits: read.limits },
      {
        onSuccess: () => {
          toast.success('The budget holds from the next call on.');
          onClose();
        },
      },
    );
  };
  return (
    <Drawer
      title={budget === undefined ? 'Set a budget' : budgetTitle(budget)}
      onClose={onClose}
      footer={
        <div className="flex items-center justify-end gap-2">
          {budget !== undefined && (
            <DeleteBudget
              onConfirm={() => set.mutate({ ...draft.subject, limits: null }, { onSuccess: onClose })}
            />
          )}
          <Button onClick={onClose}>{draft === begun ? 'Cancel' : 'Discard changes'}</Button>
          <Button type="submit" form={form} variant="primary" disabled={set.isPending}>
            Save budget
          </Button>
        </div>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        {budget !== undefined && <p className="tabular text-sm text-ink-2">{usageText(budget)}</p>}
        <BudgetFields
          isNew={budget === undefined}
          draft={draft}
          errors={errors}
          onChange={(change) => setDraft((held) => ({ ...held, ...change }))}
        />
        {set.error !== null && <FieldError>{wordsOf(set.error).detail}</FieldError>}
      </form>
    </Drawer>
  );
}

function DeleteBudget({ onConfirm }: { onConfirm: () => void }) {
  return (
    <Confirm
      trigger={
        <Button variant="danger" className="mr-auto">
          Delete
        </Button>
      }
      title="Delete this budget?"
      confirm="Delete budget"
      keep="Keep it"
      onConfirm={onConfirm}
    >
      Nothing limits it any more. What waits for this budget goes on.
    </Confirm>
  );
}
