import { Maximize2 } from 'lucide-react';
import { useState } from 'react';

import type { PreviewExpression } from '../../../../../contracts/expression-preview.ts';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { CodeField } from '../code/code-field.tsx';
import { isInsideBraces, suggest } from '../model/completions.ts';
import type { Computed } from '../model/form-model.ts';
import { messagesAt } from '../model/problems.ts';
import { type FieldPath, type FormState, useForm } from './form-context.ts';
import { Preview, usePreview } from './preview.tsx';
import { WritingRoom } from './writing-room.tsx';

interface ExpressionFieldProps {
  label: string;
  hint?: string | undefined;
  optional?: boolean;
  placeholder?: string | undefined;
  path: FieldPath;
  form: 'expression' | 'template';
  computed?: Computed;
  rows?: number;
  value: string;
  onChange: (text: string) => void;
}

/** A field for an expression, or for a text with expressions in it, with its value on sample data below. */
export function ExpressionField(props: ExpressionFieldProps) {
  const { label, hint, optional = false, path, form, computed = 'value', rows = 1, value, onChange } = props;
  const state = useForm();
  const [large, setLarge] = useState(false);
  const asked = askedOf(value, form, computed, state);
  const previewed = usePreview(asked);
  const field = {
    value,
    onChange,
    label,
    language: form === 'expression' ? ('jsonata' as const) : ('template' as const),
    placeholder: props.placeholder,
    suggest: (before: string) => suggestionsIn(before, form, computed, state),
  };
  return (
    <Field
      label={label}
      optional={optional}
      error={messagesAt(state.problems, path)}
      {...(hint !== undefined && hint !== '' && { hint })}
    >
      {(control) => (
        <>
          <div className="group relative">
            <CodeField
              {...field}
              id={control.id}
              describedBy={control['aria-describedby']}
              invalid={control['aria-invalid']}
              rows={rows}
            />
            <Button
              variant="quiet"
              iconOnly
              aria-label={`Write ${label} in a large window`}
              title="Write in a large window"
              className="absolute top-1 right-1 size-6! bg-surface opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
              onClick={() => setLarge(true)}
            >
              <Maximize2 aria-hidden />
            </Button>
          </div>
          <Preview previewed={previewed} on={state.origin} />
          {large && (
            <WritingRoom
              title={label}
              field={field}
              previewed={previewed}
              bindings={state.bindings}
              onClose={() => setLarge(false)}
            />
          )}
        </>
      )}
    </Field>
  );
}

function suggestionsIn(
  before: string,
  form: 'expression' | 'template',
  computed: Computed,
  state: FormState,
) {
  if (form === 'template' && !isInsideBraces(before)) return null;
  const { bindings = {}, names, secrets } = state;
  const seen =
    computed === 'filter' && bindings.item === undefined ? { ...bindings, item: {}, index: 0 } : bindings;
  return suggest(before, { bindings: seen, names, secrets });
}

function askedOf(
  value: string,
  form: 'expression' | 'template',
  computed: Computed,
  { bindings, node }: FormState,
): PreviewExpression | null {
  if (bindings === undefined || value.trim() === '') return null;
  if (form === 'template')
    return value.includes('{{') ? { what: { kind: 'template', template: value }, bindings } : null;
  if (computed !== 'filter') return { what: { kind: computed, expression: value }, bindings };
  const items = node.config['items'];
  return typeof items === 'string' && items.trim() !== ''
    ? { what: { kind: 'filter', items, where: value }, bindings }
    : null;
}
