import { useInfiniteQuery } from '@tanstack/react-query';
import { ScrollText, X } from 'lucide-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import type { AuditEntry } from '../../../../contracts/audit.ts';
import { useApi } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { JsonTree } from '../../ui/json-tree.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { readFilters } from './filters.ts';
import { auditQuery } from './queries.ts';
import { dataWords, placeOf } from './words.ts';

/** Who did what, newest first. */
export function AuditPage() {
  const [search, setSearch] = useSearchParams();
  const filters = readFilters(search);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    auditQuery(useApi(), filters),
  );
  const entries = data?.pages.flatMap((page) => page.items);
  const filtered = Object.keys(filters).length > 0;
  return (
    <Page crumbs={[{ label: 'Audit' }]}>
      <PageHeader
        title="Audit"
        description="Who decided what. Each entry was written together with what was done, and never changes."
        actions={
          filtered && (
            <Button onClick={() => setSearch({})}>
              <X aria-hidden /> Show everything
            </Button>
          )
        }
      />
      {entries === undefined ? (
        error === null ? (
          <SkeletonRows />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : entries.length === 0 ? (
        <EmptyState icon={ScrollText} title={filtered ? 'Nothing fits' : 'Nothing has been decided yet'}>
          When somebody approves or rejects what a run asks, it is written down here: who, when, on which
          question, with which answer.
        </EmptyState>
      ) : (
        <AuditTable entries={entries} onFilter={(name, value) => setSearch({ ...filters, [name]: value })} />
      )}
      {hasNextPage && (
        <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Loading …' : 'Show older entries'}
        </Button>
      )}
    </Page>
  );
}

interface AuditTableProps {
  entries: readonly AuditEntry[];
  onFilter: (name: 'userId' | 'resource', value: string) => void;
}

function AuditTable({ entries, onFilter }: AuditTableProps) {
  return (
    <table aria-label="Audit" className="w-full text-sm">
      <thead>
        <tr className="border-b border-line text-left text-ink-2">
          {['When', 'Who', 'What', 'Of', 'Details'].map((header) => (
            <th key={header} scope="col" className="h-8 px-2 font-medium">
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} onFilter={onFilter} />
        ))}
      </tbody>
    </table>
  );
}

function Entry({ entry, onFilter }: { entry: AuditEntry; onFilter: AuditTableProps['onFilter'] }) {
  const [open, setOpen] = useState(false);
  const { at, user, userId, action, resource, resourceId, data, requestId } = entry;
  const place = placeOf(entry);
  const link = 'rounded-sm text-left hover:underline';
  return (
    <tr className="border-b border-line align-top [&>td]:px-2 [&>td]:py-2">
      <td className="w-28 text-ink-2">
        <TimeAgo at={at} />
      </td>
      <td>
        <button type="button" className={link} title="Only theirs" onClick={() => onFilter('userId', userId)}>
          {user}
        </button>
      </td>
      <td>
        <button
          type="button"
          className={`mono ${link}`}
          title="Only these"
          onClick={() => onFilter('resource', resource)}
        >
          {action}
        </button>
      </td>
      <td className="mono">
        {place === undefined ? (
          resourceId.slice(-12)
        ) : (
          <Link to={place} className="text-accent underline underline-offset-2" title={resourceId}>
            {resourceId.slice(-12)}
          </Link>
        )}
      </td>
      <td className="w-1/2 min-w-0">
        <button
          type="button"
          aria-expanded={open}
          className={`break-words text-ink-2 ${link}`}
          onClick={() => setOpen(!open)}
        >
          {dataWords(data) === '' ? 'No details' : dataWords(data)}
        </button>
        {open && (
          <div className="mt-2">
            <JsonTree value={{ ...data, requestId }} openDepth={2} />
          </div>
        )}
      </td>
    </tr>
  );
}
