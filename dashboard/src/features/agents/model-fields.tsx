import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';

import { ProviderName, type ProviderStatus } from '../../../../contracts/model.ts';
import { useApi } from '../../lib/services.tsx';
import { Field, Input, Select } from '../../ui/field.tsx';
import type { FieldsProps } from './agent-fields.tsx';
import { providersQuery } from './queries.ts';

/** Where the agent's model runs. */
export function ModelFields({ draft, errors, onChange }: FieldsProps) {
  const api = useApi();
  const list = useId();
  const { data: providers } = useQuery(providersQuery(api));
  const chosen = providers?.find((provider) => provider.name === draft.provider);
  const isMissing = (name: string): boolean =>
    providers?.find((provider) => provider.name === name)?.available === false;
  const names = [...ProviderName.options].sort((a, b) => Number(isMissing(a)) - Number(isMissing(b)));
  const firstModelOf = (name: string): string =>
    providers?.find((provider) => provider.name === name)?.models[0] ?? '';
  return (
    <>
      <Field label="Provider" error={errors.provider} hint={hintOf(chosen)}>
        {(control) => (
          <Select
            {...control}
            value={draft.provider}
            onChange={({ target }) => onChange({ provider: target.value, model: firstModelOf(target.value) })}
          >
            {names.map((name) => (
              <option key={name} value={name}>
                {isMissing(name) ? `${name} (not available)` : name}
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

function hintOf(chosen: ProviderStatus | undefined): string | undefined {
  if (chosen?.available === false) return `Not available: ${chosen.reason ?? 'it is not configured'}.`;
  return chosen?.demo === true
    ? 'Answers are extracted from the prompt’s own text; no model is called and nothing is charged.'
    : undefined;
}
