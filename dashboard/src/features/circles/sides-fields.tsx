import type { Circle } from '../../../../contracts/circle.ts';
import { without } from '../../lib/without.ts';
import { FieldError, Select } from '../../ui/field.tsx';
import type { CircleDraft } from './circle-draft.ts';

interface SidesFieldsProps {
  circle: Circle;
  draft: CircleDraft;
  error: string | undefined;
  onChange: (change: Partial<CircleDraft>) => void;
}

/** Who argues for what in a debate. */
export function SidesFields({ circle, draft, error, onChange }: SidesFieldsProps) {
  const agents = circle.members.filter(({ kind, role }) => kind === 'agent' && role === 'member');
  if (agents.length < 2) return null;
  return (
    <fieldset className="flex flex-col gap-2 rounded-panel border border-line p-4">
      <legend className="px-1 text-sm font-semibold">Sides of the debate</legend>
      <p className="text-sm text-ink-2">Without sides, the members alternate.</p>
      {agents.map(({ id, name }) => (
        <label key={id} className="flex items-center gap-3">
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span className="w-36">
            <Select
              value={draft.sides[name] ?? ''}
              onChange={({ target: { value } }) =>
                onChange({
                  sides:
                    value === 'first' || value === 'second'
                      ? { ...draft.sides, [name]: value }
                      : without(draft.sides, name),
                })
              }
            >
              <option value="">No side</option>
              <option value="first">In favour</option>
              <option value="second">Against</option>
            </Select>
          </span>
        </label>
      ))}
      {error !== undefined && <FieldError>Put somebody on each side, or nobody on any.</FieldError>}
    </fieldset>
  );
}
