import { type SyntheticEvent, useState } from 'react';

import { RunTrigger } from '../../../../contracts/run.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Input, Select } from '../../ui/field.tsx';
import { readFilters, type RunFilters, writeFilters } from './filters.ts';
import { TRIGGER_WORDS } from './triggers.ts';

interface MoreFiltersProps {
  filters: RunFilters;
  onFilter: (filters: RunFilters) => void;
}

/** Tag, start, version, days and cost; taken together, by Enter or the button. */
export function MoreFilters({ filters, onFilter }: MoreFiltersProps) {
  const [drafts, setDrafts] = useState<Record<string, string>>({});
  const written = writeFilters(filters);
  const valueOf = (name: string) => drafts[name] ?? written.get(name) ?? '';
  const take = (event: SyntheticEvent) => {
    event.preventDefault();
    const next = new URLSearchParams(written);
    for (const [name, text] of Object.entries(drafts)) next.set(name, text);
    setDrafts({});
    onFilter(readFilters(next));
  };
  const input = (name: string, label: string, props: React.ComponentProps<'input'> = {}) => (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          {...props}
          value={valueOf(name)}
          onChange={({ target: { value } }) => setDrafts((held) => ({ ...held, [name]: value }))}
        />
      )}
    </Field>
  );
  return (
    <form
      noValidate
      onSubmit={take}
      className="mt-3 grid grid-cols-2 gap-3 rounded-panel border border-line bg-canvas p-4 sm:grid-cols-4"
    >
      {input('tag', 'Tag', { maxLength: 60 })}
      <Field label="Started by">
        {(control) => (
          <Select
            {...control}
            value={valueOf('trigger')}
            onChange={({ target: { value } }) => setDrafts((held) => ({ ...held, trigger: value }))}
          >
            <option value="">Anything</option>
            {RunTrigger.options.map((trigger) => (
              <option key={trigger} value={trigger}>
                {TRIGGER_WORDS[trigger]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {input('from', 'From', { type: 'date' })}
      {input('to', 'To', { type: 'date' })}
      {input('minCost', 'Cost at least, $', { inputMode: 'decimal' })}
      {input('maxCost', 'Cost at most, $', { inputMode: 'decimal' })}
      {filters.pipelineId !== undefined && input('version', 'Version', { inputMode: 'numeric' })}
      <div className="flex items-end">
        <Button type="submit" variant="primary">
          Apply
        </Button>
      </div>
    </form>
  );
}
