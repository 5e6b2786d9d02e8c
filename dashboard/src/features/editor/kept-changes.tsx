import { History } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';

import { useUser } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { draftIn, isDirty, useEditor, useEditorStore } from './editor-store.ts';
import { createDraftKeeper, type DraftKeeper } from './model/kept-draft.ts';
import { useSettled } from './use-checked.ts';
import type { Saving } from './use-saving.ts';

const PAUSE_MS = 700;

/** Where changes that are not saved are kept meanwhile. */
export function useDraftKeeper(pipelineId: string | null): DraftKeeper {
  const userId = useUser()?.id ?? '';
  return useMemo(() => createDraftKeeper(localStorage, userId, pipelineId), [userId, pipelineId]);
}

/** Offers changes that were left behind unsaved, and keeps those that are being made. */
export function KeptChanges({ keeper, saving }: { keeper: DraftKeeper; saving: Saving }) {
  const store = useEditorStore();
  const [found, setFound] = useState(() => keeper.read());
  const draft = useEditor(draftIn);
  const dirty = useEditor(isDirty);
  const settled = useSettled(draft, PAUSE_MS);
  const revision = saving.stored?.revision ?? null;
  useEffect(() => {
    // What was found is kept until somebody has decided about it.
    if (settled !== draft || found !== undefined) return;
    if (dirty) keeper.keep({ draft: settled, revision, at: new Date().toISOString() });
    else keeper.drop();
  }, [settled, draft, dirty, revision, keeper, found]);
  if (found === undefined) return null;
  const take = () => {
    saving.rebase(found.revision);
    store.getState().change(() => found.draft);
    setFound(undefined);
  };
  const drop = () => {
    keeper.drop();
    setFound(undefined);
  };
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-2 border-b border-line bg-waiting-wash px-4 py-1.5 text-sm"
    >
      <History className="size-4 shrink-0 text-waiting" aria-hidden />
      <p className="mr-2">
        Changes that you had not saved are still here, from <TimeAgo at={found.at} />.
      </p>
      <Button onClick={take}>Continue with them</Button>
      <Button variant="quiet" onClick={drop}>
        Drop them
      </Button>
    </div>
  );
}
