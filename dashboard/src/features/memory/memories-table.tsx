import { useSearchParams } from 'react-router';

import type { Memory } from '../../../../contracts/memory.ts';
import { scopeText } from '../../lib/memory-words.ts';
import { pathOf } from '../../lib/paths.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { KINDS, percentText, sourceText } from './words.ts';

const COLUMNS: readonly [Column<Memory>, ...Column<Memory>[]] = [
  {
    id: 'content',
    header: 'Memory',
    cell: ({ name, content, kind, scope, scopeName, tags, supersededBy }) => (
      <>
        {name !== null && <span className="mono mr-2">{name}</span>}
        <span className={`line-clamp-2 ${supersededBy === null ? '' : 'text-ink-2 line-through'}`}>
          {content}
        </span>
        {supersededBy !== null && <span className="font-normal text-ink-2">Superseded</span>}
        <span className="line-clamp-1 font-normal text-ink-2 md:hidden">
          {KINDS[kind].label} · {scopeText(scope, scopeName)}
        </span>
        {tags.length > 0 && (
          <span className="line-clamp-1 font-normal text-ink-2">
            {tags.map((tag) => `#${tag}`).join(' ')}
          </span>
        )}
      </>
    ),
  },
  {
    id: 'kind',
    header: 'Kind',
    cell: ({ kind }) => KINDS[kind].label,
    className: 'w-24 hidden md:table-cell',
  },
  {
    id: 'scope',
    header: 'Scope',
    cell: ({ scope, scopeName }) => <span className="line-clamp-2">{scopeText(scope, scopeName)}</span>,
    className: 'w-48 hidden md:table-cell',
  },
  {
    id: 'source',
    header: 'From',
    cell: ({ source }) => <span className="line-clamp-1 break-all">{sourceText(source)}</span>,
    className: 'w-44 hidden lg:table-cell',
  },
  {
    id: 'importance',
    header: 'Importance',
    cell: ({ importance }) => <span className="tabular">{percentText(importance)}</span>,
    className: 'w-24 hidden xl:table-cell',
  },
  {
    id: 'created',
    header: 'When',
    cell: ({ createdAt }) => <TimeAgo at={createdAt} />,
    className: 'w-28 hidden sm:table-cell',
  },
];

/** Memories, newest first; one opens beside the list as it is filtered. */
export function MemoriesTable({ memories }: { memories: readonly Memory[] }) {
  const [search] = useSearchParams();
  const kept = search.size === 0 ? '' : `?${search.toString()}`;
  return (
    <DataTable
      label="Memories"
      rows={memories}
      keyOf={({ id }) => id}
      linkOf={({ id }) => pathOf.oneMemory(id) + kept}
      columns={COLUMNS}
    />
  );
}
