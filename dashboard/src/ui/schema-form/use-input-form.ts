import { useMemo, useRef, useState } from 'react';

import type { Json, JsonObject, JsonSchema } from '../../../../contracts/json.ts';
import type { ProblemItem } from '../../../../contracts/problem.ts';
import { without } from '../../lib/without.ts';
import { type Draft, type Drafts, fieldsOf, initialDrafts, type InputField } from './input-fields.ts';
import { errorsByField, type FieldErrors, inputOf } from './input-values.ts';

/** What a person has written into a form that a JSON Schema describes. */
export interface InputForm {
  fields: readonly InputField[];
  drafts: Drafts;
  errors: FieldErrors;
  /** The element that holds the fields; the first field with an error gets the focus. */
  ref: React.RefObject<HTMLDivElement | null>;
  change: (name: string, draft: Draft) => void;
  /** What it amounts to; null where something is wrong, which is shown from then on. */
  read: () => JsonObject | null;
  /** Shows what the API refused. */
  refuse: (problems: readonly ProblemItem[]) => void;
}

interface InputFormOptions {
  /** What it begins with, in place of the schema's defaults. */
  earlier?: Readonly<Record<string, Json>> | undefined;
  /** Whether a long text may come from a file. */
  fromFiles?: boolean;
}

const withoutFile = (field: InputField): InputField =>
  field.kind === 'text' ? { ...field, kind: 'paragraph' } : field;

export function useInputForm(
  schema: JsonSchema | undefined,
  { earlier, fromFiles = true }: InputFormOptions = {},
): InputForm {
  const fields = useMemo(
    () => (fromFiles ? fieldsOf(schema) : fieldsOf(schema).map(withoutFile)),
    [schema, fromFiles],
  );
  const [drafts, setDrafts] = useState<Drafts>(() => initialDrafts(fields, earlier));
  const [errors, setErrors] = useState<FieldErrors>({});
  const ref = useRef<HTMLDivElement>(null);
  const show = (refused: FieldErrors) => {
    setErrors(refused);
    // After the next paint the controls carry their errors.
    requestAnimationFrame(() => ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  return {
    fields,
    drafts,
    errors,
    ref,
    change: (name, draft) => {
      setDrafts((held) => ({ ...held, [name]: draft }));
      setErrors((held) => without(held, name));
    },
    read: () => {
      const result = inputOf(fields, drafts, schema);
      if (result.ok) return result.input;
      show(result.errors);
      return null;
    },
    refuse: (problems) => show(errorsByField(fields, problems)),
  };
}
