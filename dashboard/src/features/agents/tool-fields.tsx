import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import type { Tool } from '../../../../contracts/tool.ts';
import { useApi } from '../../lib/services.tsx';
import { FieldError } from '../../ui/field.tsx';
import type { FieldsProps } from './agent-fields.tsx';
import { toolsQuery } from './queries.ts';

const withOrWithout = (names: readonly string[], name: string, on: boolean): string[] =>
  on ? [...names, name] : names.filter((one) => one !== name);

/** What the agent may do, and what of that people want to be asked about. */
export function ToolFields({ draft, errors, onChange }: FieldsProps) {
  const { data: tools = [] } = useQuery(toolsQuery(useApi()));
  const ofMemory = tools.filter(({ name }) => MEMORY_TOOLS.includes(name));
  const others = tools.filter(({ name }) => !MEMORY_TOOLS.includes(name));
  return (
    <>
      {ofMemory.length > 0 && (
        <ToolChoice legend="Memory tools" tools={ofMemory} draft={draft} onChange={onChange}>
          {draft.memoryScopes.length === 0 && (
            <p className="text-sm text-ink-2">Without a memory scope they have nothing to work on.</p>
          )}
        </ToolChoice>
      )}
      <ToolChoice legend="Tools" tools={others} draft={draft} onChange={onChange}>
        {errors.tools !== undefined && <FieldError>{errors.tools}</FieldError>}
        {errors.approveTools !== undefined && <FieldError>{errors.approveTools}</FieldError>}
      </ToolChoice>
    </>
  );
}

/** They belong beside what an agent remembers. */
const MEMORY_TOOLS = ['remember', 'recall', 'update_block', 'search_knowledge', 'forget'];

interface ToolChoiceProps extends Pick<FieldsProps, 'draft' | 'onChange'> {
  legend: string;
  tools: readonly Tool[];
  children: ReactNode;
}

function ToolChoice({ legend, tools, draft, onChange, children }: ToolChoiceProps) {
  const { tools: chosen, approveTools: asked } = draft;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      {tools.map(({ name, description }) => (
        <div key={name} className="flex flex-col gap-1">
          <label className="flex items-start gap-2.5">
            <input
              type="checkbox"
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={chosen.includes(name)}
              onChange={({ target }) => onChange({ tools: withOrWithout(chosen, name, target.checked) })}
            />
            <span className="min-w-0">
              <span className="mono">{name}</span>
              <span className="block text-sm text-ink-2">{description}</span>
            </span>
          </label>
          {chosen.includes(name) && (
            <label className="ml-6.5 flex items-center gap-2 text-sm text-ink-2">
              <input
                type="checkbox"
                className="size-3.5 shrink-0 accent-accent"
                checked={asked.includes(name)}
                onChange={({ target }) =>
                  onChange({ approveTools: withOrWithout(asked, name, target.checked) })
                }
              />
              <span>
                Ask a person each time, in conversations
                <span className="sr-only">, before {name}</span>
              </span>
            </label>
          )}
        </div>
      ))}
      {children}
    </fieldset>
  );
}
