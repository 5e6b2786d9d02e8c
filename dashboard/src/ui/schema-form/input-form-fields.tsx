import { FieldError } from '../field.tsx';
import { InputControl } from './input-control.tsx';
import { fileNameField, WHOLE_INPUT } from './input-fields.ts';
import type { InputForm } from './use-input-form.ts';

/** The fields of a form, each with what is wrong with it. */
export function InputFormFields({ form }: { form: InputForm }) {
  const { fields, drafts, errors, change, ref } = form;
  const general = fields.some((field) => field.name === WHOLE_INPUT) ? undefined : errors[WHOLE_INPUT];
  return (
    <div ref={ref} className="flex flex-col gap-5">
      {general !== undefined && <FieldError>{general}</FieldError>}
      {fields.map((field) => (
        <InputControl
          key={field.name}
          field={field}
          draft={drafts[field.name] ?? ''}
          error={errors[field.name]}
          onChange={(draft) => change(field.name, draft)}
          onFile={(fileName) => {
            const named = fileNameField(fields, field);
            if (named !== undefined) change(named.name, fileName);
          }}
        />
      ))}
    </div>
  );
}
