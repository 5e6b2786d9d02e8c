import { CircleX, FileCheck2, LoaderCircle, X } from 'lucide-react';
import { Link } from 'react-router';

import { pathOf } from '../../lib/paths.ts';
import { Button } from '../../ui/button.tsx';
import type { Upload } from './uploads.ts';

/** Files that are on their way, and those that did not become a document, with the reason. */
export function UploadList({
  uploads,
  onDrop,
}: {
  uploads: readonly Upload[];
  onDrop: (id: string) => void;
}) {
  if (uploads.length === 0) return null;
  return (
    <ul aria-label="Uploads" aria-live="polite" className="mb-4 flex flex-col gap-1 text-sm">
      {uploads.map((upload) => (
        <li
          key={upload.id}
          className={`flex min-h-9 items-center gap-2 rounded-input px-3 py-1 ${upload.state === 'refused' ? 'bg-failed-wash' : 'bg-sunken'}`}
        >
          <UploadIcon state={upload.state} />
          <p className="min-w-0 flex-1 break-words">
            <span className="font-medium">{upload.name}</span> <UploadWords upload={upload} />
          </p>
          {(upload.state === 'refused' || upload.state === 'known') && (
            <Button
              variant="quiet"
              iconOnly
              aria-label={`Hide ${upload.name}`}
              onClick={() => onDrop(upload.id)}
            >
              <X aria-hidden />
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function UploadIcon({ state }: { state: Upload['state'] }) {
  if (state === 'refused') return <CircleX className="size-4 shrink-0 text-failed" aria-hidden />;
  if (state === 'known') return <FileCheck2 className="size-4 shrink-0 text-completed" aria-hidden />;
  return (
    <LoaderCircle
      className={`size-4 shrink-0 text-running ${state === 'sending' ? 'animate-spin [animation-duration:1.4s]' : ''}`}
      aria-hidden
    />
  );
}

function UploadWords({ upload: { state, reason, documentId } }: { upload: Upload }) {
  switch (state) {
    case 'waiting':
      return <span className="text-ink-2">waits for the one before it</span>;
    case 'sending':
      return <span className="text-ink-2">is being sent …</span>;
    case 'refused':
      return (
        <span>
          <span className="text-failed">was not taken.</span> {reason}
        </span>
      );
    case 'known':
      return (
        <span className="text-ink-2">
          is here already, with the same content:{' '}
          {documentId !== undefined && (
            <Link to={pathOf.document(documentId)} className="text-accent underline underline-offset-2">
              show it
            </Link>
          )}
        </span>
      );
  }
}
