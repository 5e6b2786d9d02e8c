import { ChevronRight } from 'lucide-react';
import { useState } from 'react';

import { type Json } from '../../../contracts/json.ts';
import { counted } from '../lib/format.ts';

const PAGE = 100;
const LONG_TEXT = 400;

/** JSON that folds. Long lists show a page at a time, long texts their beginning. */
export function JsonTree({ value, openDepth = 1 }: { value: Json; openDepth?: number }) {
  return (
    <div className="mono overflow-x-auto leading-5">
      <Branch value={value} depth={0} openDepth={openDepth} />
    </div>
  );
}

interface BranchProps {
  name?: string;
  value: Json;
  depth: number;
  openDepth: number;
}

function Branch({ name, value, depth, openDepth }: BranchProps) {
  const [open, setOpen] = useState(depth < openDepth);
  const [shown, setShown] = useState(PAGE);
  if (value === null || typeof value !== 'object') {
    return (
      <div className="flex gap-1.5 pl-5">
        <Key name={name} />
        <Leaf value={value} />
      </div>
    );
  }
  const entries: [string, Json][] = Array.isArray(value)
    ? value.map((item, index) => [String(index), item])
    : Object.entries(value);
  const summary = Array.isArray(value)
    ? `[ ${counted(entries.length, 'item')} ]`
    : `{ ${counted(entries.length, 'key')} }`;
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full items-center gap-1.5 rounded-sm text-left hover:bg-hover"
      >
        <ChevronRight
          className={`size-3.5 shrink-0 text-ink-3 transition-transform duration-100 ${open ? 'rotate-90' : ''}`}
          aria-hidden
        />
        <Key name={name} />
        <span className="text-ink-3">{summary}</span>
      </button>
      {open && (
        <div className="ml-1.5 border-l border-line pl-2">
          {entries.slice(0, shown).map(([key, item]) => (
            <Branch key={key} name={key} value={item} depth={depth + 1} openDepth={openDepth} />
          ))}
          {entries.length > shown && (
            <button
              type="button"
              className="pl-5 text-accent hover:underline"
              onClick={() => setShown(shown + PAGE)}
            >
              Show {Math.min(PAGE, entries.length - shown)} more of {entries.length - shown}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Key({ name }: { name: string | undefined }) {
  return name === undefined ? null : <span className="shrink-0 text-ink-2">{name}:</span>;
}

function Leaf({ value }: { value: string | number | boolean | null }) {
  const [whole, setWhole] = useState(false);
  if (value === null) return <span className="text-ink-3">null</span>;
  if (typeof value !== 'string') return <span className="text-running">{String(value)}</span>;
  const cut = !whole && value.length > LONG_TEXT;
  return (
    <span className="min-w-0 break-words whitespace-pre-wrap text-completed">
      &quot;{cut ? `${value.slice(0, LONG_TEXT)}…` : value}&quot;
      {cut && (
        <button type="button" className="ml-1 text-accent hover:underline" onClick={() => setWhole(true)}>
          show all {value.length.toLocaleString('en')} characters
        </button>
      )}
    </span>
  );
}
