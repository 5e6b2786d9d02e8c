import { Braces, Copy, LayoutGrid, Play, Redo2, Save, Undo2, Upload, Waypoints } from 'lucide-react';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';

import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { Button } from '../../ui/button.tsx';
import { arrange } from './canvas/use-arranged.ts';
import { useEditorServices } from './editor-services.ts';
import { draftIn, isDirty, useEditor, useEditorStore } from './editor-store.ts';
import type { Saving } from './use-saving.ts';

interface ToolbarProps {
  saving: Saving;
  /** Whether what runs use differs from the draft as it is saved. */
  unpublished: boolean;
}

/** What can be done with the whole pipeline. */
export function Toolbar({ saving, unpublished }: ToolbarProps) {
  const store = useEditorStore();
  const { kinds } = useEditorServices();
  const navigate = useNavigate();
  const mayStart = useMay('runs:start');
  const name = useEditor((state) => draftIn(state).name);
  const dirty = useEditor(isDirty);
  const view = useEditor((state) => state.view);
  const unreadable = useEditor((state) => state.unreadable !== null);
  const undoable = useEditor(({ history }) => history.past.length > 0);
  const redoable = useEditor(({ history }) => history.future.length > 0);
  const { stored, busy } = saving;
  const behind = dirty || unpublished;
  const run = async () => {
    const ready = behind || stored === null ? await saving.publish() : stored;
    if (ready !== null) void navigate(pathOf.startRun(ready.id));
  };
  return (
    <header className="flex min-h-12 flex-wrap items-center gap-x-1.5 gap-y-1 border-b border-line px-3 py-1.5">
      <h1 className="min-w-0 truncate pr-2 text-lg font-semibold">{name === '' ? 'New pipeline' : name}</h1>
      <Standing {...{ saving, dirty, unpublished }} />
      <span className="flex-1" />
      <Tool label="Undo" keys="Ctrl Z" disabled={!undoable} onClick={() => store.getState().undo()}>
        <Undo2 aria-hidden />
      </Tool>
      <Tool label="Redo" keys="Ctrl Shift Z" disabled={!redoable} onClick={() => store.getState().redo()}>
        <Redo2 aria-hidden />
      </Tool>
      <Tool label="Arrange" keys="" disabled={view !== 'canvas'} onClick={() => void arrange(store, kinds)}>
        <LayoutGrid aria-hidden />
      </Tool>
      {stored !== null && (
        <Tool
          label="Duplicate the pipeline"
          keys=""
          onClick={() => void navigate(pathOf.newPipeline(stored.id))}
        >
          <Copy aria-hidden />
        </Tool>
      )}
      <Button
        variant="quiet"
        aria-pressed={view === 'yaml'}
        disabled={unreadable}
        {...(unreadable && { title: 'The YAML cannot be read yet: mend it first' })}
        onClick={() => store.getState().show(view === 'yaml' ? 'canvas' : 'yaml')}
      >
        {view === 'yaml' ? <Waypoints aria-hidden /> : <Braces aria-hidden />}
        {view === 'yaml' ? 'Canvas' : 'YAML'}
      </Button>
      <Button
        disabled={busy !== null || !dirty}
        title="Save the draft (Ctrl S)"
        onClick={() => void saving.save()}
      >
        <Save aria-hidden /> {busy === 'saving' ? 'Saving …' : stored === null ? 'Create' : 'Save'}
      </Button>
      {stored !== null && (
        <Button
          disabled={busy !== null || !behind}
          title="Make the draft the next version, which new runs use"
          onClick={() => void saving.publish()}
        >
          <Upload aria-hidden /> {busy === 'publishing' ? 'Publishing …' : 'Publish'}
        </Button>
      )}
      {mayStart && (
        <Button variant="primary" disabled={busy !== null} onClick={() => void run()}>
          <Play aria-hidden /> {stored === null ? 'Create and run' : behind ? 'Publish and run' : 'Run'}
        </Button>
      )}
    </header>
  );
}

function Tool({
  label,
  keys,
  disabled = false,
  onClick,
  children,
}: {
  label: string;
  keys: string;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <Button
      variant="quiet"
      iconOnly
      aria-label={label}
      title={keys === '' ? label : `${label} (${keys})`}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}

/** How what is on the screen stands to what is saved, and that to what runs use. */
function Standing({ saving: { stored }, dirty, unpublished }: ToolbarProps & { dirty: boolean }) {
  const words =
    stored === null
      ? 'Not saved yet'
      : dirty
        ? 'Changes are not saved'
        : unpublished
          ? `Saved. Runs still use version ${stored.publishedVersion}`
          : `Saved and published as version ${stored.publishedVersion}`;
  return (
    <p role="status" className="flex items-center gap-1.5 text-sm text-ink-2">
      <span
        className={`size-2 shrink-0 rounded-full ${dirty || stored === null ? 'bg-waiting' : unpublished ? 'bg-running' : 'bg-completed'}`}
        aria-hidden
      />
      {words}
    </p>
  );
}
