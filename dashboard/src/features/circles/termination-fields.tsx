import type { Circle } from '../../../../contracts/circle.ts';
import { terminationWords } from '../../lib/conversation-words.ts';
import { Button } from '../../ui/button.tsx';
import { Field, FieldError, Input } from '../../ui/field.tsx';
import type { CircleDraft, DraftErrors } from './circle-draft.ts';
import type { TerminationDraft } from './termination-draft.ts';

interface TerminationFieldsProps {
  draft: CircleDraft;
  errors: DraftErrors;
  circle: Circle | null;
  onChange: (change: Partial<CircleDraft>) => void;
}

const SIMPLE: TerminationDraft = { turns: '10', text: '[DONE]', costUsd: '', consensus: false };

/** When agents stop by themselves and wait for people. */
export function TerminationFields({ draft, errors, circle, onChange }: TerminationFieldsProps) {
  const { termination } = draft;
  const change = (part: Partial<TerminationDraft>) =>
    onChange({ termination: { ...(termination ?? SIMPLE), ...part } });
  return (
    <fieldset className="flex flex-col gap-3 rounded-panel border border-line p-4">
      <legend className="px-1 text-sm font-semibold">An exchange is over</legend>
      {termination === null ? (
        <>
          <p className="text-sm text-ink-2">
            This circle composes its conditions in a way that this form does not show. It is kept as it is.
          </p>
          {circle !== null && <p>{terminationWords(circle.settings.termination)}</p>}
          <Button className="self-start" onClick={() => onChange({ termination: SIMPLE })}>
            Replace by a simple one
          </Button>
        </>
      ) : (
        <>
          <p className="text-sm text-ink-2">
            As soon as one of these holds; then the agents wait for a person. Leave out what does not count.
          </p>
          <div className="grid grid-cols-2 gap-3">
            <Field label="After turns">
              {(control) => (
                <Input
                  {...control}
                  inputMode="numeric"
                  value={termination.turns}
                  onChange={({ target }) => change({ turns: target.value })}
                />
              )}
            </Field>
            <Field label="After cost in USD">
              {(control) => (
                <Input
                  {...control}
                  inputMode="decimal"
                  value={termination.costUsd}
                  onChange={({ target }) => change({ costUsd: target.value })}
                />
              )}
            </Field>
          </div>
          <Field label="When somebody says">
            {(control) => (
              <Input
                {...control}
                className="mono"
                value={termination.text}
                onChange={({ target }) => change({ text: target.value })}
              />
            )}
          </Field>
          <label className="flex items-center gap-2">
            <input
              type="checkbox"
              className="accent-(--accent)"
              checked={termination.consensus}
              onChange={({ target }) => change({ consensus: target.checked })}
            />
            When all agents agree
          </label>
          {errors['termination'] !== undefined && <FieldError>{errors['termination']}</FieldError>}
        </>
      )}
    </fieldset>
  );
}
