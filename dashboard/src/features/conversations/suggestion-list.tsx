import clsx from 'clsx';
import { useEffect, useRef } from 'react';

import type { Completion, Suggestion } from './completion.ts';

interface SuggestionListProps {
  id: string;
  completion: Completion;
  /** Place of the one that Enter takes. */
  marked: number;
  onTake: (suggestion: Suggestion) => void;
  /** A small line below. */
  note?: string;
}

/** What could be meant, above the field where it is typed. */
export function SuggestionList({ id, completion, marked, onTake, note }: SuggestionListProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[marked]?.scrollIntoView({ block: 'nearest' });
  }, [marked]);
  return (
    <div className="absolute bottom-full left-0 z-20 mb-1 w-full max-w-md rounded-panel border border-line bg-raised shadow-float">
      <ul
        ref={list}
        id={id}
        role="listbox"
        aria-label={completion.kind === 'mention' ? 'Members' : 'Commands'}
        className="max-h-64 overflow-y-auto p-1"
      >
        {completion.suggestions.map((suggestion, index) => (
          <li
            key={suggestion.label}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === marked}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onTake(suggestion)}
            className={clsx(
              'flex cursor-pointer items-baseline gap-2 rounded-input px-2.5 py-1.5 text-sm',
              index === marked ? 'bg-selected' : 'hover:bg-hover',
            )}
          >
            <span className="shrink-0 font-medium">{suggestion.label}</span>
            <span className="min-w-0 truncate text-ink-2">{suggestion.about}</span>
          </li>
        ))}
      </ul>
      {note !== undefined && <p className="border-t border-line px-3.5 py-1.5 text-xs text-ink-2">{note}</p>}
    </div>
  );
}
