import { Field, Input, TextArea } from '../../ui/field.tsx';
import type { AgentDraft, DraftErrors } from './agent-draft.ts';
import { MemoryFields } from './memory-fields.tsx';
import { ModelFields } from './model-fields.tsx';
import { PromptPreviewPanel } from './prompt-preview.tsx';
import { ToolFields } from './tool-fields.tsx';

export interface FieldsProps {
  draft: AgentDraft;
  errors: DraftErrors;
  onChange: (change: Partial<AgentDraft>) => void;
}

export function AgentFields({ isNew, draft, errors, onChange }: FieldsProps & { isNew: boolean }) {
  return (
    <>
      <TextField
        name="name"
        label="Name"
        hint="People and pipelines call it by this."
        autoFocus={isNew}
        {...{ draft, errors, onChange }}
      />
      <TextField
        name="role"
        label="Role"
        hint="What it is in the team, such as “Editor of reports”."
        {...{ draft, errors, onChange }}
      />
      <ModelFields draft={draft} errors={errors} onChange={onChange} />
      <Field
        label="Instructions"
        optional
        hint="What it does, how it decides, in which form it answers, when it asks or refuses."
        error={errors.instructions}
      >
        {(control) => (
          <TextArea
            {...control}
            rows={12}
            value={draft.instructions}
            onChange={(event) => onChange({ instructions: event.target.value })}
          />
        )}
      </Field>
      <TextField
        name="traits"
        label="Traits"
        optional
        hint="Separated by commas."
        {...{ draft, errors, onChange }}
      />
      <TextField name="tone" label="Tone" optional {...{ draft, errors, onChange }} />
      <TextField
        name="style"
        label="Style"
        optional
        hint="The form of what it writes."
        {...{ draft, errors, onChange }}
      />
      <PromptPreviewPanel draft={draft} />
      <MemoryFields draft={draft} errors={errors} onChange={onChange} />
      <ToolFields draft={draft} errors={errors} onChange={onChange} />
      <LimitFields draft={draft} errors={errors} onChange={onChange} />
    </>
  );
}

interface TextFieldProps extends FieldsProps {
  name: 'name' | 'role' | 'traits' | 'tone' | 'style';
  label: string;
  hint?: string;
  optional?: boolean;
  autoFocus?: boolean;
}

function TextField({
  name,
  label,
  hint,
  optional = false,
  autoFocus = false,
  draft,
  errors,
  onChange,
}: TextFieldProps) {
  return (
    <Field label={label} optional={optional} hint={hint} error={errors[name]}>
      {(control) => (
        <Input
          {...control}
          autoFocus={autoFocus}
          value={draft[name]}
          onChange={(event) => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
}

const LIMITS = [
  ['maxSteps', 'Steps'],
  ['maxTokens', 'Tokens'],
  ['maxCostUsd', 'Cost in US dollars'],
  ['maxSeconds', 'Seconds'],
] as const;

function LimitFields({ draft, errors, onChange }: FieldsProps) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">Limits of one turn</legend>
      <div className="grid grid-cols-2 gap-3">
        {LIMITS.map(([name, label]) => (
          <Field key={name} label={label} error={errors[name]}>
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                className="tabular"
                value={draft[name]}
                onChange={(event) => onChange({ [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
    </fieldset>
  );
}
