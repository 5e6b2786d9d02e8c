import { CircleSlash, Download, Pause, Play, RotateCw, Trash2, Upload } from 'lucide-react';
import { useRef } from 'react';
import { toast } from 'sonner';

import type { DocumentStatus, KnowledgeDocument } from '../../../../contracts/knowledge.ts';
import { downloadBlob } from '../../lib/download.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { contentOf, useDeleteDocument, useReplace, useSteer, type Verb } from './queries.ts';
import { reasonOf, refusalOf } from './words.ts';

const VERBS: Record<Verb, { label: string; icon: typeof Pause }> = {
  pause: { label: 'Pause', icon: Pause },
  resume: { label: 'Resume', icon: Play },
  cancel: { label: 'Cancel', icon: CircleSlash },
  retry: { label: 'Try again', icon: RotateCw },
};

/** What can be done as a document stands; what takes the place of a verb is its way back, so that a second click cancels nothing. */
const VERBS_OF: Record<DocumentStatus, readonly Verb[]> = {
  queued: ['cancel', 'pause'],
  parsing: ['cancel', 'pause'],
  embedding: ['cancel', 'pause'],
  paused: ['cancel', 'resume'],
  failed: ['retry'],
  canceled: ['retry'],
  completed: [],
};

interface ActionsProps {
  document: KnowledgeDocument;
  onDeleted: () => void;
}

/** What people may do with a document. */
export function DocumentActions({ document, onDeleted }: ActionsProps) {
  const mayUpdate = useMay('knowledge:update');
  const mayDelete = useMay('knowledge:delete');
  const steer = useSteer(document.id);
  if (!mayUpdate && !mayDelete) return null;
  return (
    <div className="flex flex-wrap items-center justify-end gap-2">
      {mayDelete && <DeleteButton document={document} onDeleted={onDeleted} />}
      {mayUpdate && <ReplaceButton document={document} />}
      {mayUpdate &&
        VERBS_OF[document.status].map((verb) => {
          const { label, icon: Icon } = VERBS[verb];
          return (
            <Button
              key={verb}
              variant={verb === 'resume' || verb === 'retry' ? 'primary' : 'plain'}
              disabled={steer.isPending}
              onClick={() => steer.mutate(verb, { onError: toastFailure })}
            >
              <Icon aria-hidden /> {label}
            </Button>
          );
        })}
    </div>
  );
}

/** The original, as it was uploaded. */
export function DownloadButton({ document }: { document: KnowledgeDocument }) {
  const api = useApi();
  const save = () => {
    contentOf(api, document.id)
      .then((blob) => downloadBlob(document.name, blob))
      .catch(toastFailure);
  };
  return (
    <Button
      variant="quiet"
      iconOnly
      aria-label="Download the original"
      title="Download the original"
      onClick={save}
    >
      <Download aria-hidden />
    </Button>
  );
}

function ReplaceButton({ document }: { document: KnowledgeDocument }) {
  const chooser = useRef<HTMLInputElement>(null);
  const replace = useReplace(document.id);
  const send = (file: File | undefined) => {
    if (file === undefined) return;
    const reason = refusalOf(file);
    if (reason !== undefined) {
      toast.error(`${file.name} was not taken. ${reason}`);
      return;
    }
    replace.mutate(file, {
      onSuccess: ({ version }) =>
        toast.success(
          version === document.version
            ? 'The content is the same: nothing changes.'
            : 'It is being taken in. Only what has changed is embedded anew.',
        ),
      onError: (error) => toast.error(`${file.name} was not taken. ${reasonOf(error)}`),
    });
  };
  return (
    <>
      <Button disabled={replace.isPending} onClick={() => chooser.current?.click()}>
        <Upload aria-hidden /> {replace.isPending ? 'Replacing …' : 'Replace'}
      </Button>
      <input
        ref={chooser}
        type="file"
        className="sr-only"
        tabIndex={-1}
        aria-label="New content"
        onChange={({ target }) => {
          send(target.files?.[0]);
          target.value = '';
        }}
      />
    </>
  );
}

function DeleteButton({ document, onDeleted }: ActionsProps) {
  const remove = useDeleteDocument(document.id, () => {
    toast.success(`${document.name} is deleted.`);
    onDeleted();
  });
  return (
    <Confirm
      trigger={
        <Button variant="danger" className="mr-auto" disabled={remove.isPending}>
          <Trash2 aria-hidden /> Delete
        </Button>
      }
      title={`Delete ${document.name}?`}
      confirm="Delete document"
      keep="Keep it"
      onConfirm={() => remove.mutate(undefined, { onError: toastFailure })}
    >
      The file and everything that was made of it go for good. What agents have answered from it stays; its
      citations lead nowhere then.
    </Confirm>
  );
}
