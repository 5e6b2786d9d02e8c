import { Plus } from 'lucide-react';

import { Button } from '../../../ui/button.tsx';
import { useEditor, useEditorStore } from '../editor-store.ts';

/** Nothing here yet: what a first node could be. */
export function EmptyCanvas() {
  const store = useEditorStore();
  const inside = useEditor((state) => state.level.length > 0);
  return (
    <div className="pointer-events-none absolute inset-0 flex items-center justify-center p-6">
      <div className="pointer-events-auto flex max-w-sm flex-col items-start gap-3 rounded-panel border border-dashed border-line-strong bg-surface p-6">
        <h2 className="text-lg font-semibold">
          {inside ? 'What is done with each item' : 'An empty pipeline'}
        </h2>
        <p className="text-ink-2">
          {inside
            ? 'The nodes in here run once for each entry of the list; expressions read it as item. Let an agent digest it, for example.'
            : 'A pipeline is a graph of nodes. Begin with an agent that answers a prompt, or a transform that shapes the input.'}
        </p>
        <Button variant="primary" onClick={() => store.getState().add({})}>
          <Plus aria-hidden /> Add a node
        </Button>
        <p className="text-sm text-ink-2">
          Or drag a kind from the left, or press <kbd className="mono">Tab</kbd> on the canvas.
        </p>
      </div>
    </div>
  );
}
