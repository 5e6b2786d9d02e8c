import { useQuery } from '@tanstack/react-query';

import { EVERY_DAY } from '../../../../contracts/budget.ts';
import { useApi } from '../../lib/services.tsx';
import { Field, Input, Select } from '../../ui/field.tsx';
import type { BudgetDraft, LimitErrors } from './budget-draft.ts';
import { type BudgetName, subjectsQuery } from './queries.ts';

interface BudgetFieldsProps {
  isNew: boolean;
  draft: BudgetDraft;
  errors: LimitErrors;
  onChange: (change: Partial<BudgetDraft>) => void;
}

export function BudgetFields({ isNew, draft, errors, onChange }: BudgetFieldsProps) {
  return (
    <>
      {isNew && <SubjectField subject={draft.subject} onChange={(subject) => onChange({ subject })} />}
      <Field
        label="US dollars"
        optional
        hint="By the price list. It does not limit models without a known price, which count as $0: limit their tokens."
        error={errors.usd}
      >
        {(control) => (
          <Input
            {...control}
            inputMode="decimal"
            value={draft.usd}
            onChange={({ target }) => onChange({ usd: target.value })}
          />
        )}
      </Field>
      <Field label="Tokens" optional hint="In and out together." error={errors.tokens}>
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            value={draft.tokens}
            onChange={({ target }) => onChange({ tokens: target.value })}
          />
        )}
      </Field>
      <p className="text-sm text-ink-2">
        Each call reserves before it begins what it can use at most, so the limit holds however many are under
        way. At the limit, work pauses and asks people to extend it.
      </p>
    </>
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
          autoFocus
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
