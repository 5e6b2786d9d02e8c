import { ListFilter } from 'lucide-react';
import { useEffect, useState } from 'react';

import { RunStatus } from '../../../../contracts/run.ts';
import { without } from '../../lib/without.ts';
import { Button } from '../../ui/button.tsx';
import { Input, Select } from '../../ui/field.tsx';
import { statusWord } from '../../ui/status.tsx';
import { FilterChips } from './filter-chips.tsx';
import { MORE_FILTERS, type RunFilters } from './filters.ts';
import { MoreFilters } from './more-filters.tsx';

export interface RunFiltersProps {
  filters: RunFilters;
  pipelines: readonly { id: string; name: string }[];
  onFilter: (filters: RunFilters) => void;
}

const SELECT = '!h-8 [&>select]:text-sm';

/** What a list of runs is narrowed to: the common ones in a row, the others on demand. */
export function RunFilterBar({ filters, pipelines, onFilter }: RunFiltersProps) {
  const [open, setOpen] = useState(false);
  const more = MORE_FILTERS.filter((name) => filters[name] !== undefined).length;
  return (
    <div role="search" aria-label="Runs" className="mb-3">
      <div className="flex flex-wrap gap-2">
        <Words filters={filters} onFilter={onFilter} />
        <StatusSelect filters={filters} onFilter={onFilter} />
        <Select
          aria-label="Pipeline"
          value={filters.pipelineId ?? ''}
          className={`!w-48 ${SELECT}`}
          onChange={({ target: { value } }) =>
            onFilter({
              ...without(without(filters, 'pipelineId'), 'version'),
              ...(value !== '' && { pipelineId: value }),
            })
          }
        >
          <option value="">Any pipeline</option>
          {pipelines.map((pipeline) => (
            <option key={pipeline.id} value={pipeline.id}>
              {pipeline.name}
            </option>
          ))}
        </Select>
        <Button variant="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          <ListFilter aria-hidden /> More filters{more > 0 && ` (${more})`}
        </Button>
      </div>
      {open && <MoreFilters filters={filters} onFilter={onFilter} />}
      <FilterChips filters={filters} onFilter={onFilter} />
    </div>
  );
}

/** Waits until the typing stops. */
function Words({ filters, onFilter }: Pick<RunFiltersProps, 'filters' | 'onFilter'>) {
  const { q } = filters;
  const [text, setText] = useState(q ?? '');
  useEffect(() => {
    if (text.trim() === (q ?? '')) return;
    const timer = setTimeout(
      () => onFilter({ ...without(filters, 'q'), ...(text.trim() !== '' && { q: text.trim() }) }),
      250,
    );
    return () => clearTimeout(timer);
  });
  return (
    <Input
      type="search"
      aria-label="Search runs"
      placeholder="Search names, input, output, errors"
      value={text}
      maxLength={200}
      onChange={(event) => setText(event.target.value)}
      className="!h-8 !w-64 !text-sm"
    />
  );
}

const SEVERAL: readonly (readonly [string, readonly RunStatus[]])[] = [
  ['Under way', ['queued', 'running', 'paused']],
  ['Not completed', ['failed', 'timed_out', 'canceled']],
];

function StatusSelect({ filters, onFilter }: Pick<RunFiltersProps, 'filters' | 'onFilter'>) {
  const value = filters.status.join(',');
  const known = [...RunStatus.options.map(String), ...SEVERAL.map(([, statuses]) => statuses.join(','))];
  return (
    <Select
      aria-label="Status"
      value={value}
      className={`!w-40 ${SELECT}`}
      onChange={(event) => {
        const words = event.target.value.split(',');
        onFilter({ ...filters, status: RunStatus.options.filter((option) => words.includes(option)) });
      }}
    >
      <option value="">Any status</option>
      {SEVERAL.map(([label, statuses]) => (
        <option key={label} value={statuses.join(',')}>
          {label}
        </option>
      ))}
      {RunStatus.options.map((option) => (
        <option key={option} value={option}>
          {statusWord(option)}
        </option>
      ))}
      {value !== '' && !known.includes(value) && (
        <option value={value}>{filters.status.map(statusWord).join(', ')}</option>
      )}
    </Select>
  );
}
