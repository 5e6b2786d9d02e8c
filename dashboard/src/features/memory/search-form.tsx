import { Search } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { useSearchParams } from 'react-router';

import { MemoryKind, SearchMode } from '../../../../contracts/memory.ts';
import { useParameter, withParameter } from '../../lib/address.ts';
import { ScopeSelect } from '../../lib/scope-select.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Input, Select } from '../../ui/field.tsx';
import { MODES, type Playground, readPlayground } from './search-request.ts';
import { KINDS } from './words.ts';

/** What is searched for: sent with Enter, since each search of meaning is worked out anew. */
export function QueryField() {
  const [search, setSearch] = useSearchParams();
  const { q } = readPlayground(search);
  const [typed, setTyped] = useState(q);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setSearch((held) => withParameter(held, 'q', typed.trim()));
  };
  return (
    <form role="search" aria-label="Search the memory" onSubmit={submit} className="flex gap-2">
      <Input
        type="search"
        aria-label="Query"
        autoFocus
        placeholder="Such as: when is the report due?"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      <Button type="submit" variant="primary" className="h-9" disabled={typed.trim() === ''}>
        <Search aria-hidden /> Search
      </Button>
    </form>
  );
}

/** In what is searched, and how. */
export function SearchOptions({ playground }: { playground: Playground }) {
  const { source, mode, scope, kind } = playground;
  const set = useParameter();
  return (
    <>
      <Field label="In">
        {(control) => (
          <Select
            {...control}
            value={source}
            onChange={({ target }) => set('in', target.value === 'knowledge' ? target.value : '')}
          >
            <option value="memories">Memories</option>
            <option value="knowledge">Documents</option>
          </Select>
        )}
      </Field>
      <Field label="Mode" hint={MODES[mode].explained}>
        {(control) => (
          <Select
            {...control}
            value={mode}
            onChange={({ target }) => set('mode', target.value === 'hybrid' ? '' : target.value)}
          >
            {SearchMode.options.map((option) => (
              <option key={option} value={option}>
                {MODES[option].label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Scope">
        {(control) => (
          <ScopeSelect
            {...control}
            none="All that you may see"
            value={scope}
            onChange={(key) => set('scope', key)}
          />
        )}
      </Field>
      {source === 'memories' && (
        <Field label="Kind">
          {(control) => (
            <Select {...control} value={kind ?? ''} onChange={({ target }) => set('kind', target.value)}>
              <option value="">Any kind</option>
              {MemoryKind.options.map((option) => (
                <option key={option} value={option}>
                  {KINDS[option].plural}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
    </>
  );
}
