import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';

import { ProviderName } from '../../../../contracts/model.ts';
import { useApi } from '../../lib/services.tsx';
import { Field, FieldError, Input, Select, TextArea } from '../../ui/field.tsx';
import type { AgentDraft, DraftErrors } from './agent-draft.ts';
import { providersQuery, toolsQuery } from './queries.ts';

interface FieldsProps {
  draft: AgentDraft;
  errors: DraftErrors;
  onChange: (change: Partial<AgentDraft>) => void;
}

export function AgentFields({ draft, errors, onChange }: FieldsProps) {
  return (
    <>
      <Field label="Name" hint="Pipelines call it by this." error={errors.name}>
        {(control) => (
          <Input
            {...control}
            value={draft.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Role" hint="What it is in the team, such as “Editor of reports”." error={errors.role}>
        {(control) => (
          <Input
            {...control}
            value={draft.role}
            onChange={(event) => onChange({ role: event.target.value })}
          />
        )}
      </Field>
      <ModelFields draft={draft} errors={errors} onChange={onChange} />
      <Field label="Instructions" optional error={errors.instructions}>
        {(control) => (
          <TextArea
            {...control}
            rows={9}
            value={draft.instructions}
            onChange={(event) => onChange({ instructions: event.target.value })}
          />
        )}
      </Field>
      <Field label="Traits" optional hint="Separated by commas." error={errors.traits}>
        {(control) => (
          <Input
            {...control}
            value={draft.traits}
            onChange={(event) => onChange({ traits: event.target.value })}
          />
        )}
      </Field>
      <Field label="Tone" optional error={errors.tone}>
        {(control) => (
          <Input
            {...control}
            value={draft.tone}
            onChange={(event) => onChange({ tone: event.target.value })}
          />
        )}
      </Field>
      <ToolFields draft={draft} errors={errors} onChange={onChange} />
      <LimitFields draft={draft} errors={errors} onChange={onChange} />
    </>
  );
}

function ModelFields({ draft, errors, onChange }: FieldsProps) {
  const api = useApi();
  const list = useId();
  const { data: providers } = useQuery(providersQuery(api));
  const chosen = providers?.find((provider) => provider.name === draft.provider);
  return (
    <>
      <Field
        label="Provider"
        error={errors.provider}
        hint={
          chosen?.available === false
            ? `Not available: ${chosen.reason ?? 'it is not configured'}.`
            : chosen?.demo === true
              ? 'Answers are extracted from the prompt’s own text; no model is called and nothing is charged.'
              : undefined
        }
      >
        {(control) => (
          <Select
            {...control}
            value={draft.provider}
            onChange={(event) => onChange({ provider: event.target.value, model: '' })}
          >
            {ProviderName.options.map((name) => (
              <option key={name} value={name}>
                {name}
                {providers?.find((provider) => provider.name === name)?.available === false
                  ? ' (not available)'
                  : ''}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Model" error={errors.model}>
        {(control) => (
          <>
            <Input
              {...control}
              list={list}
              value={draft.model}
              onChange={(event) => onChange({ model: event.target.value })}
            />
            <datalist id={list}>
              {chosen?.models.map((model) => (
                <option key={model} value={model} />
              ))}
            </datalist>
          </>
        )}
      </Field>
    </>
  );
}

function ToolFields({ draft, errors, onChange }: FieldsProps) {
  const api = useApi();
  const { data: tools = [] } = useQuery(toolsQuery(api));
  const toggle = (name: string, on: boolean) =>
    onChange({ tools: on ? [...draft.tools, name] : draft.tools.filter((tool) => tool !== name) });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">Tools</legend>
      {tools.map((tool) => (
        <label key={tool.name} className="flex items-start gap-2.5">
          <input
            type="checkbox"
            className="mt-0.5 size-4 accent-accent"
            checked={draft.tools.includes(tool.name)}
            onChange={(event) => toggle(tool.name, event.target.checked)}
          />
          <span className="min-w-0">
            <span className="mono">{tool.name}</span>
            <span className="block text-sm text-ink-2">{tool.description}</span>
          </span>
        </label>
      ))}
      {errors.tools !== undefined && <FieldError>{errors.tools}</FieldError>}
    </fieldset>
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
