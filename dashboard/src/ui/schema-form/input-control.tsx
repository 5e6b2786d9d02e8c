import { Field, FieldError, Input, Select, TextArea } from '../field.tsx';
import type { Draft, InputField } from './input-fields.ts';
import { TextWithFile } from './text-with-file.tsx';

interface InputControlProps {
  field: InputField;
  draft: Draft;
  error: string | undefined;
  onChange: (draft: Draft) => void;
  /** A file's text was taken; some other field may want its name. */
  onFile: (fileName: string) => void;
}

/** The control that suits a field of a start form. */
export function InputControl({ field, draft, error, onChange, onFile }: InputControlProps) {
  if (field.kind === 'boolean') return <Tick field={field} draft={draft} error={error} onChange={onChange} />;
  const text = String(draft);
  return (
    <Field
      label={field.label}
      optional={!field.required}
      error={error}
      {...(field.hint !== undefined && { hint: field.hint })}
    >
      {(control) => {
        switch (field.kind) {
          case 'text':
            return <TextWithFile control={control} value={text} onChange={onChange} onFile={onFile} />;
          case 'paragraph':
            return (
              <TextArea
                {...control}
                rows={3}
                value={text}
                onChange={(event) => onChange(event.target.value)}
              />
            );
          case 'number':
            return (
              <Input
                {...control}
                inputMode="decimal"
                value={text}
                onChange={(event) => onChange(event.target.value)}
                className="max-w-48"
              />
            );
          case 'choice':
            return (
              <Select
                {...control}
                value={text}
                onChange={(event) => onChange(event.target.value)}
                className="max-w-72"
              >
                <option value="">{field.required ? 'Choose …' : 'None'}</option>
                {field.options.map((option) => {
                  const word = typeof option === 'string' ? option : JSON.stringify(option);
                  return (
                    <option key={word} value={word}>
                      {word}
                    </option>
                  );
                })}
              </Select>
            );
          case 'json':
            return (
              <TextArea
                {...control}
                rows={6}
                value={text}
                spellCheck={false}
                onChange={(event) => onChange(event.target.value)}
                className="mono"
              />
            );
          case 'line':
          case 'boolean':
            return (
              <Input
                {...control}
                type={field.inputType ?? 'text'}
                value={text}
                onChange={(event) => onChange(event.target.value)}
                {...(field.inputType === 'date' && { className: 'max-w-48' })}
              />
            );
        }
      }}
    </Field>
  );
}

function Tick({
  field,
  draft,
  error,
  onChange,
}: Pick<InputControlProps, 'field' | 'draft' | 'error' | 'onChange'>) {
  return (
    <div className="flex flex-col gap-1">
      <label className="flex items-start gap-2.5">
        <input
          type="checkbox"
          checked={draft === true}
          onChange={(event) => onChange(event.target.checked)}
          className="mt-0.5 size-4 accent-accent"
        />
        <span>
          <span className="text-sm font-medium">{field.label}</span>
          {field.hint !== undefined && <span className="block text-sm text-ink-2">{field.hint}</span>}
        </span>
      </label>
      {error !== undefined && <FieldError>{error}</FieldError>}
    </div>
  );
}
