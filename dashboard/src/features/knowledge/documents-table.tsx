import { useSearchParams } from 'react-router';

import type { KnowledgeDocument } from '../../../../contracts/knowledge.ts';
import { bytesText } from '../../lib/format.ts';
import { scopeText } from '../../lib/memory-words.ts';
import { pathOf } from '../../lib/paths.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { StatusLabel } from '../../ui/status.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { IngestionMeter } from './ingestion-meter.tsx';
import { FORMATS, progressText } from './words.ts';

const COLUMNS: readonly [Column<KnowledgeDocument>, ...Column<KnowledgeDocument>[]] = [
  {
    id: 'name',
    header: 'Name',
    cell: (document) => (
      <>
        <span className="line-clamp-1 break-all">{document.name}</span>
        <span className="line-clamp-1 font-normal text-ink-2">
          {FORMATS[document.format]}, {bytesText(document.bytes)}
          {document.version > 1 && `, version ${document.version}`}
        </span>
      </>
    ),
  },
  {
    id: 'status',
    header: 'Status',
    cell: (document) => (
      <>
        <StatusLabel status={document.status} />
        {document.error !== null ? (
          <span className="line-clamp-2 text-ink-2">{document.error.message}</span>
        ) : (
          <span className="tabular block text-ink-2">{progressText(document)}</span>
        )}
        <IngestionMeter document={document} />
      </>
    ),
    className: 'w-44 sm:w-60',
  },
  {
    id: 'scope',
    header: 'Scope',
    cell: ({ scope, scopeName }) => <span className="line-clamp-2">{scopeText(scope, scopeName)}</span>,
    className: 'w-48 hidden md:table-cell',
  },
  {
    id: 'by',
    header: 'Added by',
    cell: ({ createdBy }) => <span className="line-clamp-1 break-all">{createdBy}</span>,
    className: 'w-44 hidden xl:table-cell',
  },
  {
    id: 'updated',
    header: 'Changed',
    cell: ({ updatedAt }) => <TimeAgo at={updatedAt} />,
    className: 'w-28 hidden lg:table-cell',
  },
];

/** Documents, newest first; one opens beside the list as it is filtered. */
export function DocumentsTable({ documents }: { documents: readonly KnowledgeDocument[] }) {
  const [search] = useSearchParams();
  const kept = new URLSearchParams(search);
  kept.delete('chunk');
  return (
    <DataTable
      label="Documents"
      rows={documents}
      keyOf={({ id }) => id}
      linkOf={({ id }) => `${pathOf.document(id)}${kept.size === 0 ? '' : `?${kept.toString()}`}`}
      columns={COLUMNS}
    />
  );
}
