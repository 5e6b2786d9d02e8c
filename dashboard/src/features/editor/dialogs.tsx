import { AlertDialog } from 'radix-ui';
import { useEffect } from 'react';
import { useBlocker } from 'react-router';

import { Button } from '../../ui/button.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { isDirty, useEditor, useEditorStore } from './editor-store.ts';
import type { Saving } from './use-saving.ts';

const overlay = 'animate-fade fixed inset-0 z-50 bg-black/40';
const content =
  'animate-fade fixed top-1/2 left-1/2 z-50 w-[min(480px,calc(100vw-32px))] -translate-1/2 rounded-panel border border-line bg-raised p-5 shadow-float';

/** Two people saved: says so, and lets one of them decide. Nothing is lost before that. */
export function ConflictDialog({ saving, onTakeTheirs }: { saving: Saving; onTakeTheirs: () => void }) {
  const { conflict } = saving;
  return (
    <AlertDialog.Root open={conflict !== null} onOpenChange={(open) => open || saving.endConflict()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={overlay} />
        <AlertDialog.Content className={content}>
          <AlertDialog.Title className="text-lg font-semibold">
            Somebody else has changed this pipeline
          </AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-2 flex flex-col gap-2 text-ink-2">
              <p>
                It was saved {conflict !== null && <TimeAgo at={conflict.updatedAt} />}, after you had opened
                it. Your changes are still here and have not been saved.
              </p>
              <p>Saving over it replaces the other draft. Versions that were published stay as they are.</p>
            </div>
          </AlertDialog.Description>
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Keep editing</Button>
            </AlertDialog.Cancel>
            <Button variant="danger" onClick={onTakeTheirs}>
              Drop mine, open theirs
            </Button>
            <Button variant="primary" onClick={() => void saving.overwrite()}>
              Save over it
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

/** Asks before changes that are not saved are left behind: by a link, by Back, by closing the tab. */
export function LeaveGuard({ save, onDrop }: { save: () => Promise<unknown>; onDrop: () => void }) {
  const store = useEditorStore();
  const dirty = useEditor(isDirty);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      isDirty(store.getState()) && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);
  const saveAndLeave = async () => {
    const saved = await save();
    if (saved !== null) blocker.proceed?.();
    else blocker.reset?.();
  };
  return (
    <AlertDialog.Root open={blocker.state === 'blocked'} onOpenChange={(open) => open || blocker.reset?.()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={overlay} />
        <AlertDialog.Content className={content}>
          <AlertDialog.Title className="text-lg font-semibold">Leave without saving?</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-ink-2">
            What you have changed since the draft was last saved would be lost.
          </AlertDialog.Description>
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Stay here</Button>
            </AlertDialog.Cancel>
            <Button
              variant="danger"
              onClick={() => {
                onDrop();
                blocker.proceed?.();
              }}
            >
              Leave without saving
            </Button>
            <Button variant="primary" onClick={() => void saveAndLeave()}>
              Save and leave
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
