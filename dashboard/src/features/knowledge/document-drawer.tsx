import { useQuery } from '@tanstack/react-query';
import { CircleX } from 'lucide-react';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import type { KnowledgeDocument } from '../../../../contracts/knowledge.ts';
import { bytesText } from '../../lib/format.ts';
import { audienceText, scopeText } from '../../lib/memory-words.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { Drawer } from '../../ui/dialog.tsx';
import { Facts } from '../../ui/panel.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { StatusLabel } from '../../ui/status.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { Chunks } from './chunks.tsx';
import { DocumentActions, DownloadButton } from './document-actions.tsx';
import { IngestionMeter } from './ingestion-meter.tsx';
import { documentQuery, useIsGoing } from './queries.ts';
import { FORMATS, progressText } from './words.ts';

/** One document: how far it is, what it was cut into, and the place that is cited. */
export function DocumentDrawer() {
  const { documentId = '' } = useParams();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const close = () => {
    const kept = new URLSearchParams(search);
    kept.delete('chunk');
    void navigate({ pathname: pathOf.documents, search: kept.toString() });
  };
  const isGoing = useIsGoing(documentId);
  const { data, error, refetch } = useQuery({ ...documentQuery(useApi(), documentId), enabled: !isGoing });
  if (data === undefined)
    return (
      <Drawer wide title="Document" onClose={close}>
        {error === null ? (
          <SkeletonRows rows={5} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )}
      </Drawer>
    );
  return (
    <Drawer
      wide
      title={data.name}
      subtitle={<p className="text-sm text-ink-2">{scopeText(data.scope, data.scopeName)}</p>}
      actions={<DownloadButton document={data} />}
      onClose={close}
      footer={<DocumentActions document={data} onDeleted={close} />}
    >
      <div className="flex flex-col gap-6">
        {data.error !== null && <WhyFailed document={data} />}
        <DocumentFacts document={data} />
        <Chunks document={data} chunkId={search.get('chunk')} />
      </div>
    </Drawer>
  );
}

function DocumentFacts({ document }: { document: KnowledgeDocument }) {
  const progress = progressText(document);
  return (
    <section aria-label="About this document">
      <Facts
        items={[
          [
            'Status',
            <div key="status">
              <StatusLabel status={document.status} />
              {progress !== '' && <span className="tabular ml-2 text-ink-2">{progress}</span>}
              <IngestionMeter document={document} />
            </div>,
          ],
          ['Read as', `${FORMATS[document.format]}, ${bytesText(document.bytes)}`],
          ['Version', String(document.version)],
          ['Recalled', scopeText(document.scope, document.scopeName)],
          ['Seen by', audienceText(document.audience)],
          ['Added by', document.createdBy],
          ['Changed', <TimeAgo key="at" at={document.updatedAt} />],
        ]}
      />
    </section>
  );
}

function WhyFailed({ document: { error, version } }: { document: KnowledgeDocument }) {
  return (
    <p role="alert" className="flex items-start gap-2 rounded-panel bg-failed-wash px-3 py-2 text-sm">
      <CircleX className="mt-0.5 size-4 shrink-0 text-failed" aria-hidden />
      <span className="min-w-0 break-words">
        <span className="font-medium text-failed">It could not be taken in.</span>{' '}
        {error?.message ?? 'No reason was given.'}{' '}
        {version > 1 ? 'What was embedded of it stays found. ' : ''}Replace it by a file that can be read, or
        try again.
      </span>
    </p>
  );
}
