import { MemoryScopeKind } from '../../../../contracts/agent.ts';
import { SCOPES } from '../../lib/memory-words.ts';
import { FieldError } from '../../ui/field.tsx';
import type { FieldsProps } from './agent-fields.tsx';

/** What the agent recalls, and keeps of what is said. */
export function MemoryFields({ draft, errors, onChange }: FieldsProps) {
  const { memoryScopes: chosen } = draft;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">Memory scopes</legend>
      <p className="text-sm text-ink-2">
        {chosen.length === 0
          ? 'It recalls nothing, and nothing is kept of what it talks about.'
          : 'What fits is put before it in each turn, and what matters of its conversations is kept.'}
      </p>
      {MemoryScopeKind.options.map((kind) => (
        <label key={kind} className="flex items-start gap-2.5">
          <input
            type="checkbox"
            className="mt-0.5 size-4 shrink-0 accent-accent"
            checked={chosen.includes(kind)}
            onChange={({ target }) =>
              onChange({
                memoryScopes: MemoryScopeKind.options.filter((one) =>
                  one === kind ? target.checked : chosen.includes(one),
                ),
              })
            }
          />
          <span className="min-w-0">
            {SCOPES[kind].label}
            <span className="block text-sm text-ink-2">{EXPLAINED[kind]}</span>
          </span>
        </label>
      ))}
      {errors.memoryScopes !== undefined && <FieldError>{errors.memoryScopes}</FieldError>}
    </fieldset>
  );
}

const EXPLAINED: Record<MemoryScopeKind, string> = {
  global: 'What every agent recalls.',
  circle: 'What belongs to the circle that it speaks in.',
  agent: 'What it alone recalls, wherever it speaks.',
  conversation: 'What belongs to the conversation that it speaks in.',
};
