import { X } from 'lucide-react';
import { useSearchParams } from 'react-router';

import { MemoryKind } from '../../../../contracts/memory.ts';
import { useParameter } from '../../lib/address.ts';
import { ScopeSelect } from '../../lib/scope-select.tsx';
import { Button } from '../../ui/button.tsx';
import { CalmInput } from '../../ui/calm-input.tsx';
import { Select } from '../../ui/field.tsx';
import { readFilters } from './filters.ts';
import { KINDS } from './words.ts';

/** What the list is narrowed to; it stands in the address. */
export function MemoryFilterFields() {
  const [search] = useSearchParams();
  const filters = readFilters(search);
  const set = useParameter();
  return (
    <div role="search" aria-label="Filter memories" className="mb-3 flex flex-wrap items-center gap-2">
      <span className="w-56">
        <CalmInput
          aria-label="Words"
          placeholder="Words it holds"
          value={filters.q ?? ''}
          onChange={(q) => set('q', q)}
        />
      </span>
      <span className="w-44">
        <ScopeSelect
          aria-label="Scope"
          none="Any scope"
          kinds
          value={filters.scope ?? ''}
          onChange={(scope) => set('scope', scope)}
        />
      </span>
      <span className="w-32">
        <Select
          aria-label="Kind"
          value={filters.kind ?? ''}
          onChange={({ target }) => set('kind', target.value)}
        >
          <option value="">Any kind</option>
          {MemoryKind.options.map((kind) => (
            <option key={kind} value={kind}>
              {KINDS[kind].plural}
            </option>
          ))}
        </Select>
      </span>
      <span className="w-32">
        <CalmInput
          aria-label="Tag"
          placeholder="Tag"
          value={filters.tag ?? ''}
          onChange={(tag) => set('tag', tag)}
        />
      </span>
      {filters.conversation !== undefined && (
        <Button onClick={() => set('conversation', '')}>
          Of one conversation <X aria-hidden />
          <span className="sr-only">, show all</span>
        </Button>
      )}
      <label className="flex items-center gap-2 text-sm text-ink-2">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={filters.superseded === 'include'}
          onChange={({ target }) => set('superseded', target.checked ? 'include' : '')}
        />
        Superseded ones too
      </label>
    </div>
  );
}
