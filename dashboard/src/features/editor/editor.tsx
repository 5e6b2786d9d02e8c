import { useQuery } from '@tanstack/react-query';
import { ReactFlowProvider } from '@xyflow/react';
import { lazy, Suspense, useMemo } from 'react';

import type { NodeKindDescription, Pipeline } from '../../../../contracts/pipeline.ts';
import { useApi } from '../../lib/services.tsx';
import { SkeletonRows } from '../../ui/states.tsx';
import { Canvas } from './canvas/canvas.tsx';
import { EmptyCanvas } from './canvas/empty-canvas.tsx';
import { ConflictDialog, LeaveGuard } from './dialogs.tsx';
import { EditorServicesProvider } from './editor-services.ts';
import { draftIn, useEditor } from './editor-store.ts';
import { Inspector } from './inspector.tsx';
import { KeptChanges, useDraftKeeper } from './kept-changes.tsx';
import { KindSearch } from './kind-search.tsx';
import { LevelTrail } from './level-trail.tsx';
import { graphAt } from './model/draft.ts';
import { sameDefinition } from './model/same-definition.ts';
import { Palette } from './palette.tsx';
import { ProblemList } from './problem-list.tsx';
import { publishedQuery } from './queries.ts';
import { Toolbar } from './toolbar.tsx';
import { useChecked } from './use-checked.ts';
import { useEditorKeys } from './use-editor-keys.ts';
import { useSaving } from './use-saving.ts';

const YamlEditor = lazy(() => import('./yaml-editor.tsx'));

interface EditorProps {
  /** Null for a pipeline that has never been saved. */
  opened: Pipeline | null;
  kinds: readonly NodeKindDescription[];
  onCreated: (made: Pipeline) => void;
  onTakeTheirs: () => void;
}

/** Palette, canvas, form and problems of one pipeline. */
export function Editor({ opened, kinds, onCreated, onTakeTheirs }: EditorProps) {
  const checked = useChecked();
  const keeper = useDraftKeeper(opened?.id ?? null);
  const saving = useSaving(opened, (made) => {
    keeper.drop();
    onCreated(made);
  });
  const view = useEditor((state) => state.view);
  const empty = useEditor((state) => graphAt(draftIn(state), state.level).nodes.length === 0);
  const { stored } = saving;
  const unpublished = useUnpublished(stored);
  useEditorKeys({ kinds, save: () => void saving.save() });
  const services = useMemo(() => ({ pipelineId: stored?.id ?? null, kinds }), [stored?.id, kinds]);
  return (
    <EditorServicesProvider value={services}>
      <ReactFlowProvider>
        <div className="flex h-full min-h-0 flex-col">
          <Toolbar saving={saving} unpublished={unpublished} />
          <KeptChanges keeper={keeper} saving={saving} />
          {view === 'yaml' ? (
            <div className="min-h-0 flex-1">
              <Suspense fallback={<SkeletonRows rows={10} />}>
                <YamlEditor />
              </Suspense>
            </div>
          ) : (
            <div className="flex min-h-0 flex-1 flex-col md:flex-row">
              <div className="hidden w-40 shrink-0 flex-col border-r border-line md:flex">
                <Palette kinds={kinds} />
              </div>
              <div data-canvas tabIndex={-1} className="relative min-w-0 flex-1 outline-none">
                <Canvas kinds={kinds} problems={checked.problems} />
                <LevelTrail />
                {empty && <EmptyCanvas />}
              </div>
              <aside
                aria-label="Form"
                data-form
                className="shrink-0 overflow-y-auto border-line bg-surface max-md:h-1/2 max-md:border-t md:w-[372px] md:border-l 2xl:w-[460px]"
              >
                <Inspector problems={checked.problems} />
              </aside>
            </div>
          )}
          <ProblemList {...checked} />
        </div>
        <KindSearch kinds={kinds} />
        <ConflictDialog saving={saving} onTakeTheirs={onTakeTheirs} />
        <LeaveGuard save={saving.save} onDrop={() => keeper.drop()} />
      </ReactFlowProvider>
    </EditorServicesProvider>
  );
}

/** Whether runs use something other than the draft as it is saved. */
function useUnpublished(stored: Pipeline | null): boolean {
  const { data } = useQuery({
    ...publishedQuery(useApi(), stored?.id ?? '', stored?.publishedVersion ?? 0),
    enabled: stored !== null,
  });
  return stored !== null && data !== undefined && !sameDefinition(stored.definition, data.definition);
}
