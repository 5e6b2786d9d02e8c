import { type SyntheticEvent, useState } from 'react';

import { type Budget, PutBudget } from '../../../../contracts/budget.ts';
import { wordsOf } from '../../lib/failure.ts';
import { Button } from '../../ui/button.tsx';
import { Field, FieldError, Input } from '../../ui/field.tsx';
import { usePutBudget } from './budget-queries.ts';
import { usePage } from './page-context.ts';

const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));

/** How much the conversation may use. At the limit it is paused and people are asked; nothing is lost. */
export function BudgetForm({ budget, onClose }: { budget: Budget | undefined; onClose: () => void }) {
  const { conversation } = usePage();
  const [usd, setUsd] = useState(String(budget?.usd ?? ''));
  const [tokens, setTokens] = useState(String(budget?.tokens ?? ''));
  const [wrong, setWrong] = useState<string>();
  const put = usePutBudget(conversation.id);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const nothing = usd.trim() === '' && tokens.trim() === '';
    if (nothing && budget === undefined) {
      onClose();
      return;
    }
    const body = PutBudget.safeParse({ usd: numberOf(usd), tokens: numberOf(tokens) });
    if (!nothing && !body.success) {
      setWrong('Give numbers: US dollars, and whole tokens.');
      return;
    }
    put.mutate(body.data ?? null, { onSuccess: onClose });
  };
  return (
    <form noValidate onSubmit={submit} className="mt-3 flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-2">
        <Field label="US dollars">
          {(control) => (
            <Input
              {...control}
              autoFocus
              inputMode="decimal"
              value={usd}
              onChange={({ target }) => setUsd(target.value)}
            />
          )}
        </Field>
        <Field label="Tokens">
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              value={tokens}
              onChange={({ target }) => setTokens(target.value)}
            />
          )}
        </Field>
      </div>
      <p className="text-xs text-ink-2">
        At the limit the conversation pauses and asks you. Leave both empty for no limit.
      </p>
      {wrong !== undefined && <FieldError>{wrong}</FieldError>}
      {put.error !== null && <FieldError>{wordsOf(put.error).detail}</FieldError>}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" disabled={put.isPending}>
          Save budget
        </Button>
        <Button onClick={onClose}>Discard</Button>
      </div>
    </form>
  );
}
