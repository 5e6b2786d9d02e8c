import { useState } from 'react';

import type { PreviewExpression } from '../../../../../contracts/expression-preview.ts';
import type { Json } from '../../../../../contracts/json.ts';
import { Field } from '../../../ui/field.tsx';
import { CodeField } from '../code/code-field.tsx';
import { isInsideBraces, suggest } from '../model/completions.ts';
import { readJsonText, writeJsonText } from '../model/json-text.ts';
import { messagesAt } from '../model/problems.ts';
import { type FieldPath, useForm } from './form-context.ts';
import { Preview, usePreview } from './preview.tsx';

interface JsonFieldProps {
  label: string;
  hint?: string | undefined;
  optional?: boolean;
  path: FieldPath;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

/** JSON whose texts may hold expressions. What cannot be read stays in the field, and out of the definition. */
export function JsonField({ label, hint, optional = false, path, value, onChange }: JsonFieldProps) {
  const { problems, bindings, origin, names, secrets } = useForm();
  const [text, setText] = useState(() => writeJsonText(value));
  const read = readJsonText(text);
  // Changed elsewhere, by an undo for example: what is written here no longer says it.
  const stale = read.ok && JSON.stringify(read.value) !== JSON.stringify(value);
  const shown = stale ? writeJsonText(value) : text;
  const templated = value !== undefined && bindings !== undefined && JSON.stringify(value).includes('{{');
  const asked: PreviewExpression | null = templated
    ? { what: { kind: 'template', template: value }, bindings }
    : null;
  const previewed = usePreview(asked);
  return (
    <Field
      label={label}
      optional={optional}
      error={read.ok ? messagesAt(problems, path) : read.message}
      {...(hint !== undefined && { hint })}
    >
      {(control) => (
        <>
          <CodeField
            id={control.id}
            label={label}
            language="json"
            rows={3}
            value={shown}
            describedBy={control['aria-describedby']}
            invalid={control['aria-invalid']}
            suggest={(before) =>
              isInsideBraces(before) ? suggest(before, { bindings: bindings ?? {}, names, secrets }) : null
            }
            onChange={(written) => {
              setText(written);
              const parsed = readJsonText(written);
              if (parsed.ok) onChange(parsed.value);
            }}
          />
          <Preview previewed={previewed} on={origin} />
        </>
      )}
    </Field>
  );
}
