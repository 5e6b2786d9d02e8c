import { useQuery } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { toast } from 'sonner';

import { type Budget, EVERY_DAY, PutBudget } from '../../../../contracts/budget.ts';
import { wordsOf } from '../../lib/failure.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm, Drawer } from '../../ui/dialog.tsx';
import { Field, FieldError, Input, Select } from '../../ui/field.tsx';
import { SkeletonRows } from '../../ui/states.tsx';
import { type BudgetName, budgetsQuery, subjectsQuery, useSetBudget } from './queries.ts';
import { budgetTitle, usageText } from './words.ts';

/** Sets, changes or deletes a budget. */
export function BudgetDrawer() {
  const { scope, id } = useParams();
  const navigate = useNavigate();
  const { data } = useQuery(budgetsQuery(useApi()));
  const close = () => void navigate(pathOf.costs);
  const budget = data?.items.find((one) => one.scope === scope && one.id === id);
  return (
    <Drawer title={budget === undefined ? 'Set a budget' : budgetTitle(budget)} onClose={close}>
      {data === undefined ? <SkeletonRows rows={3} /> : <BudgetForm budget={budget} onClose={close} />}
    </Drawer>
  );
}

const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));
const shown = (number: number | null | undefined): string => String(number ?? '');

function BudgetForm({ budget, onClose }: { budget: Budget | undefined; onClose: () => void }) {
  const [subject, setSubject] = useState<BudgetName>({
    scope: budget?.scope ?? 'day',
    id: budget?.id ?? EVERY_DAY,
  });
  const [usd, setUsd] = useState(shown(budget?.usd));
  const [tokens, setTokens] = useState(shown(budget?.tokens));
  const [wrong, setWrong] = useState<string>();
  const set = useSetBudget();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const limits = PutBudget.safeParse({ usd: numberOf(usd), tokens: numberOf(tokens) });
    setWrong(limits.success ? undefined : 'Give a number of US dollars, of whole tokens, or of both.');
    if (!limits.success) return;
    set.mutate(
      { ...subject, limits: limits.data },
      {
        onSuccess: () => {
          toast.success('The budget holds from the next call on.');
          onClose();
        },
      },
    );
  };
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      {budget === undefined ? (
        <SubjectField subject={subject} onChange={setSubject} />
      ) : (
        <p className="tabular text-sm text-ink-2">{usageText(budget)}</p>
      )}
      <Field label="US dollars" optional hint="By the price list of the models; some cost nothing.">
        {(control) => (
          <Input
            {...control}
            inputMode="decimal"
            value={usd}
            onChange={({ target }) => setUsd(target.value)}
          />
        )}
      </Field>
      <Field label="Tokens" optional hint="In and out together.">
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            value={tokens}
            onChange={({ target }) => setTokens(target.value)}
          />
        )}
      </Field>
      <p className="text-sm text-ink-2">
        Each call reserves before it begins what it can use at most, so the limit holds however many are under
        way. At the limit, work pauses and asks people to extend it.
      </p>
      {wrong !== undefined && <FieldError>{wrong}</FieldError>}
      {set.error !== null && <FieldError>{wordsOf(set.error).detail}</FieldError>}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" disabled={set.isPending}>
          Save budget
        </Button>
        <Button onClick={onClose}>Discard</Button>
        {budget !== undefined && (
          <Confirm
            trigger={<Button variant="quiet">Delete</Button>}
            title="Delete this budget?"
            confirm="Delete budget"
            keep="Keep it"
            onConfirm={() => set.mutate({ ...subject, limits: null }, { onSuccess: onClose })}
          >
            Nothing limits it any more. What waits for this budget goes on.
          </Confirm>
        )}
      </div>
    </form>
  );
}

interface SubjectFieldProps {
  subject: BudgetName;
  onChange: (subject: BudgetName) => void;
}

/** What it is of. Budgets of conversations are set on their own pages. */
function SubjectField({ subject, onChange }: SubjectFieldProps) {
  const { data } = useQuery(subjectsQuery(useApi()));
  return (
    <Field label="Of what">
      {(control) => (
        <Select
          {...control}
          value={`${subject.scope}/${subject.id}`}
          onChange={({ target }) => {
            const [scope, id = ''] = target.value.split('/');
            onChange({ scope: scope === 'agent' || scope === 'circle' ? scope : 'day', id });
          }}
        >
          <option value={`day/${EVERY_DAY}`}>Each day, everything together</option>
          {(['agent', 'circle'] as const).map((scope) => (
            <optgroup key={scope} label={scope === 'agent' ? 'Agents' : 'Circles'}>
              {data?.[scope].map(({ id, name }) => (
                <option key={id} value={`${scope}/${id}`}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
        </Select>
      )}
    </Field>
  );
}
