import { Plus } from 'lucide-react';
import { useState } from 'react';

import { isJsonObject, type JsonObject, type JsonSchema } from '../../../../../contracts/json.ts';
import { Button } from '../../../ui/button.tsx';
import { FieldError } from '../../../ui/field.tsx';
import { CodeField } from '../code/code-field.tsx';
import { readJsonText, writeJsonText } from '../model/json-text.ts';
import { messagesAt } from '../model/problems.ts';
import { EMPTY_OBJECT, newRow, rowsOf, withRows } from '../model/schema-rows.ts';
import { type FieldPath, useForm } from './form-context.ts';
import { SchemaRowForm } from './schema-row-form.tsx';

interface SchemaFieldProps {
  label: string;
  hint?: string | undefined;
  path: FieldPath;
  value: JsonSchema | undefined;
  onChange: (schema: JsonObject | undefined) => void;
}

/** The fields of an object, one by one; or its JSON Schema, for everything that a row cannot say. */
export function SchemaField({ label, hint, path, value, onChange }: SchemaFieldProps) {
  const { problems } = useForm();
  const rows = value === undefined ? [] : rowsOf(value);
  const [asJson, setAsJson] = useState(rows === undefined);
  const error = messagesAt(problems, path);
  const add = () => onChange(withRows(value ?? EMPTY_OBJECT, [...(rows ?? []), newRow(rows ?? [])]));
  return (
    <section aria-label={label} className="flex flex-col gap-1.5">
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-sm font-medium">
          {label} <span className="font-normal text-ink-3">(optional)</span>
        </h3>
        {value !== undefined && rows !== undefined && (
          <Button
            variant="quiet"
            className="h-6! px-1.5!"
            aria-pressed={asJson}
            onClick={() => setAsJson(!asJson)}
          >
            {asJson ? 'As fields' : 'As JSON Schema'}
          </Button>
        )}
      </div>
      {hint !== undefined && <p className="text-sm text-ink-2">{hint}</p>}
      {value !== undefined && (asJson || rows === undefined) ? (
        <SchemaText label={label} value={value} onChange={onChange} />
      ) : (
        rows !== undefined &&
        rows.length > 0 && (
          <ul className="flex flex-col rounded-input border border-line-strong">
            {rows.map((row, index) => (
              <SchemaRowForm
                key={index}
                row={row}
                taken={rows.filter((other) => other !== row).map(({ name }) => name)}
                onChange={(changed) =>
                  onChange(
                    withRows(
                      value ?? EMPTY_OBJECT,
                      rows.map((other, at) => (at === index ? changed : other)),
                    ),
                  )
                }
                onRemove={() => {
                  const left = rows.filter((other) => other !== row);
                  onChange(left.length === 0 ? undefined : withRows(value ?? EMPTY_OBJECT, left));
                }}
              />
            ))}
          </ul>
        )
      )}
      {!asJson && rows !== undefined && (
        <Button onClick={add} className="self-start">
          <Plus aria-hidden /> Add a field
        </Button>
      )}
      {error !== undefined && <FieldError>{error}</FieldError>}
    </section>
  );
}

function SchemaText({
  label,
  value,
  onChange,
}: Pick<SchemaFieldProps, 'label' | 'onChange'> & { value: JsonSchema }) {
  const [text, setText] = useState(() => writeJsonText(value));
  const read = readJsonText(text);
  const stale = read.ok && JSON.stringify(read.value) !== JSON.stringify(value);
  const write = (written: string) => {
    setText(written);
    const parsed = readJsonText(written);
    if (parsed.ok && (parsed.value === undefined || isJsonObject(parsed.value))) onChange(parsed.value);
  };
  const refused = !read.ok
    ? read.message
    : read.value !== undefined && !isJsonObject(read.value)
      ? 'A JSON Schema is an object.'
      : undefined;
  return (
    <>
      <CodeField
        label={`${label} as JSON Schema`}
        language="json"
        rows={6}
        value={stale ? writeJsonText(value) : text}
        onChange={write}
        invalid={refused !== undefined}
      />
      {refused !== undefined && <FieldError>{refused}</FieldError>}
    </>
  );
}
