import { useInfiniteQuery } from '@tanstack/react-query';
import { FileText, Search } from 'lucide-react';
import { Outlet, useSearchParams } from 'react-router';

import { DocumentStatus } from '../../../../contracts/knowledge.ts';
import { useParameter } from '../../lib/address.ts';
import { scopeOf } from '../../lib/memory-words.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { ScopeSelect } from '../../lib/scope-select.tsx';
import { useApi } from '../../lib/services.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { CalmInput } from '../../ui/calm-input.tsx';
import { Select } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { statusWord } from '../../ui/status.tsx';
import { DocumentsTable } from './documents-table.tsx';
import { readFilters } from './filters.ts';
import { documentsQuery } from './queries.ts';
import { UploadList } from './upload-list.tsx';
import { UploadZone } from './upload-zone.tsx';
import { useUploads } from './uploads.ts';
import { useDocumentActivity } from './use-document-activity.ts';

/** Everything that agents can look up, as far as the person may see it. */
export function DocumentsPage() {
  const [search] = useSearchParams();
  const filters = readFilters(search);
  useDocumentActivity();
  const query = useInfiniteQuery(documentsQuery(useApi(), filters));
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const documents = data?.pages.flatMap((page) => page.items);
  const mayCreate = useMay('knowledge:create');
  const { uploads, send, drop } = useUploads(
    (document) => documents?.some(({ id }) => id === document.id) ?? false,
  );
  const { scope = '' } = filters;
  return (
    <Page crumbs={[{ label: 'Documents' }]}>
      <PageHeader
        title="Documents"
        description="What agents look up and cite. A file is safe as soon as it is here; reading and embedding go on by themselves, whatever stops meanwhile."
        actions={
          <ButtonLink to={`${pathOf.memory}?view=search&in=knowledge`}>
            <Search aria-hidden /> Search in documents
          </ButtonLink>
        }
      />
      {mayCreate && (
        <UploadZone
          key={scope}
          begun={scopeOf(scope) === undefined ? 'global' : scope}
          onFiles={(files, chosen) => void send(files, chosen)}
        />
      )}
      <UploadList uploads={uploads} onDrop={drop} />
      <Filters />
      {documents === undefined ? (
        error === null ? (
          <SkeletonRows />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : documents.length === 0 ? (
        <NoDocuments filtered={Object.keys(filters).length > 0} />
      ) : (
        <DocumentsTable documents={documents} />
      )}
      {hasNextPage && (
        <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Loading …' : 'Show more'}
        </Button>
      )}
      <Outlet />
    </Page>
  );
}

function Filters() {
  const [search] = useSearchParams();
  const { q = '', scope = '', status = '' } = readFilters(search);
  const set = useParameter();
  return (
    <div role="search" aria-label="Filter documents" className="mb-3 flex flex-wrap gap-2">
      <span className="w-56">
        <CalmInput aria-label="Name" placeholder="Name" value={q} onChange={(text) => set('q', text)} />
      </span>
      <span className="w-44">
        <ScopeSelect
          aria-label="Scope"
          none="Any scope"
          kinds
          value={scope}
          onChange={(key) => set('scope', key)}
        />
      </span>
      <span className="w-40">
        <Select aria-label="Status" value={status} onChange={({ target }) => set('status', target.value)}>
          <option value="">Any status</option>
          {DocumentStatus.options.map((option) => (
            <option key={option} value={option}>
              {statusWord(option)}
            </option>
          ))}
        </Select>
      </span>
    </div>
  );
}

function NoDocuments({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <EmptyState
      icon={FileText}
      title="No document fits these filters"
      action={<ButtonLink to={pathOf.documents}>Show all</ButtonLink>}
    >
      Others may be there.
    </EmptyState>
  ) : (
    <EmptyState icon={FileText} title="No documents yet">
      Drop what your agents should know above: a handbook, price lists, the notes of a project. An agent with
      the tool <span className="mono">search_knowledge</span> answers from it and cites the place, page and
      heading.
    </EmptyState>
  );
}
