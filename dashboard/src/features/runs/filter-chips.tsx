import { X } from 'lucide-react';

import { shortId } from '../../lib/format.ts';
import { without } from '../../lib/without.ts';
import { MORE_FILTERS, type MoreFilter, type RunFilters } from './filters.ts';
import { TRIGGER_WORDS } from './triggers.ts';

interface FilterChipsProps {
  filters: RunFilters;
  onFilter: (filters: RunFilters) => void;
}

/** The filters that are set beside the common ones, each with the way to take it off. */
export function FilterChips({ filters, onFilter }: FilterChipsProps) {
  const set = MORE_FILTERS.filter((name) => filters[name] !== undefined);
  if (set.length === 0) return null;
  return (
    <ul aria-label="Filters that are set" className="mt-2 flex flex-wrap gap-1.5 text-sm">
      {set.map((name) => {
        const words = wordsOf(filters, name);
        return (
          <li key={name} className="flex items-center rounded-full bg-selected pl-2.5">
            {words}
            <button
              type="button"
              aria-label={`Remove filter ${words}`}
              className="mx-1 flex size-5 items-center justify-center rounded-full text-ink-2 hover:text-ink"
              onClick={() => onFilter(without(filters, name))}
            >
              <X className="size-3" aria-hidden />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function wordsOf(filters: RunFilters, name: MoreFilter): string {
  const value = String(filters[name] ?? '');
  switch (name) {
    case 'tag':
      return `tagged ${value}`;
    case 'trigger':
      return filters.trigger === undefined
        ? ''
        : `started by ${TRIGGER_WORDS[filters.trigger].toLowerCase()}`;
    case 'version':
      return `version ${value}`;
    case 'from':
      return `since ${value}`;
    case 'to':
      return `until ${value}`;
    case 'minCost':
      return `at least $${value}`;
    case 'maxCost':
      return `at most $${value}`;
    case 'forkedFrom':
      return `forks of ${shortId(value)}`;
  }
}
