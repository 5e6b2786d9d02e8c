import { ChevronRight, CornerLeftUp } from 'lucide-react';

import { Button } from '../../ui/button.tsx';
import { draftIn, useEditor, useEditorStore } from './editor-store.ts';
import { graphsAlong, labelOf } from './model/draft.ts';

/** Inside a map: the way back out. */
export function LevelTrail() {
  const store = useEditorStore();
  const level = useEditor((state) => state.level);
  const draft = useEditor(draftIn);
  if (level.length === 0) return null;
  const graphs = graphsAlong(draft, level);
  const labels = level.map((id, index) => {
    const node = graphs[index]?.nodes.find((each) => each.id === id);
    return node === undefined ? id : labelOf(node);
  });
  return (
    <nav
      aria-label="Maps around these nodes"
      className="absolute top-3 left-3 z-10 flex max-w-[calc(100%-24px)] items-center gap-1 rounded-panel border border-line bg-raised py-1 pr-3 pl-1 text-sm shadow-float"
    >
      <Button
        variant="quiet"
        iconOnly
        className="size-7!"
        aria-label="Leave this map"
        title="Leave this map (Esc)"
        onClick={() => store.getState().goTo(level.slice(0, -1), level.at(-1))}
      >
        <CornerLeftUp aria-hidden />
      </Button>
      <button
        type="button"
        className="rounded-sm px-1 text-ink-2 hover:text-ink"
        onClick={() => store.getState().goTo([])}
      >
        {draft.name === '' ? 'Pipeline' : draft.name}
      </button>
      {labels.map((label, index) => (
        <span key={index} className="flex min-w-0 items-center gap-1">
          <ChevronRight className="size-3.5 shrink-0 text-ink-3" aria-hidden />
          {index === labels.length - 1 ? (
            <span className="truncate font-medium" aria-current="location">
              {label}
            </span>
          ) : (
            <button
              type="button"
              className="truncate rounded-sm px-1 text-ink-2 hover:text-ink"
              onClick={() => store.getState().goTo(level.slice(0, index + 1))}
            >
              {label}
            </button>
          )}
        </span>
      ))}
    </nav>
  );
}
