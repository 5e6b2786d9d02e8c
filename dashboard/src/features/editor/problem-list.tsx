import { ChevronDown, CircleAlert, CircleCheck, CircleDashed, LoaderCircle } from 'lucide-react';

import { counted } from '../../lib/format.ts';
import { draftIn, useEditor, useEditorStore } from './editor-store.ts';
import { graphAt, labelOf } from './model/draft.ts';
import type { PlacedProblem } from './model/problems.ts';

export interface Checked {
  problems: readonly PlacedProblem[];
  /** The draft as it is now has not been checked yet. */
  checking: boolean;
  /** It could not be checked. */
  failed: boolean;
}

/** Everything that is wrong, each leading to its place. */
export function ProblemList({ problems, checking, failed }: Checked) {
  const store = useEditorStore();
  const open = useEditor((state) => state.problemsShown);
  const unreadable = useEditor((state) => state.unreadable);
  const empty = useEditor((state) => draftIn(state).nodes.length === 0);
  if (unreadable !== null)
    return (
      <p role="status" className="flex items-center gap-2 border-t border-line px-4 py-2 text-sm text-failed">
        <CircleAlert className="size-4 shrink-0" aria-hidden /> The YAML cannot be taken over: {unreadable}
      </p>
    );
  const words = failed
    ? 'It could not be checked: the server does not answer'
    : problems.length > 0
      ? counted(problems.length, 'problem')
      : checking
        ? 'Checking …'
        : 'No problems';
  const shown = !empty && problems.length > 0;
  return (
    <section aria-label="Problems" className="border-t border-line">
      <button
        type="button"
        aria-expanded={shown && open}
        disabled={!shown}
        onClick={() => store.getState().showProblems(!open)}
        className="flex h-8 w-full items-center gap-2 px-4 text-left text-sm enabled:hover:bg-hover"
      >
        {empty && !failed ? (
          <CircleDashed className="size-4 shrink-0 text-ink-3" aria-hidden />
        ) : problems.length > 0 || failed ? (
          <CircleAlert className="size-4 shrink-0 text-failed" aria-hidden />
        ) : checking ? (
          <LoaderCircle className="size-4 shrink-0 animate-spin text-ink-3" aria-hidden />
        ) : (
          <CircleCheck className="size-4 shrink-0 text-completed" aria-hidden />
        )}
        <span aria-live="polite">{empty ? 'Add a first node' : words}</span>
        {shown && (
          <ChevronDown
            className={`ml-auto size-4 text-ink-3 transition-transform duration-100 ${open ? '' : 'rotate-180'}`}
            aria-hidden
          />
        )}
      </button>
      {shown && open && (
        <ul className="max-h-36 overflow-y-auto pb-1.5">
          {problems.map((problem, index) => (
            <ProblemLine key={`${index}-${problem.path}`} problem={problem} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ProblemLine({ problem }: { problem: PlacedProblem }) {
  const store = useEditorStore();
  const draft = useEditor(draftIn);
  const { level, nodeId, edgeKey, field, message } = problem;
  const node = nodeId === null ? undefined : graphAt(draft, level).nodes.find(({ id }) => id === nodeId);
  const edge = edgeKey === null ? undefined : edgeKey.split('|');
  const place =
    node !== undefined
      ? labelOf(node)
      : edge !== undefined
        ? `Edge ${edge[0] ?? ''} → ${edge[2] ?? ''}`
        : 'Pipeline';
  const inside = field[0] === 'config' ? field.slice(1) : field;
  const go = () => {
    store.getState().goTo(level, nodeId ?? undefined);
    if (edgeKey !== null) store.getState().select([], [edgeKey]);
  };
  return (
    <li>
      <button
        type="button"
        onClick={go}
        className="grid w-full grid-cols-[minmax(90px,180px)_minmax(0,1fr)] gap-3 px-4 py-1 text-left text-sm hover:bg-hover"
      >
        <span className="truncate font-medium">{[...level, place].join(' › ')}</span>
        <span className="break-words text-ink-2">
          {inside.length > 0 && <span className="mono">{inside.join('.')} </span>}
          {message}
        </span>
      </button>
    </li>
  );
}
