import { Copy, CornerLeftUp, Trash2 } from 'lucide-react';

import { counted } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { draftIn, onlyNode, useEditor, useEditorStore } from './editor-store.ts';
import { NodeForm } from './forms/node-form.tsx';
import { PipelineForm } from './forms/pipeline-form.tsx';
import { graphAt, labelOf } from './model/draft.ts';
import type { PlacedProblem } from './model/problems.ts';
import { duplicateChosen, removeChosen } from './use-editor-keys.ts';

/** The form of what is chosen: one node, several, or else the pipeline. */
export function Inspector({ problems }: { problems: readonly PlacedProblem[] }) {
  const draft = useEditor(draftIn);
  const level = useEditor((state) => state.level);
  const chosen = useEditor(onlyNode);
  const several = useEditor((state) => state.nodes.size);
  const node = chosen === null ? undefined : graphAt(draft, level).nodes.find(({ id }) => id === chosen);
  if (node !== undefined)
    return <NodeForm key={[...level, node.id].join('.')} {...{ node, level, problems }} />;
  if (several > 1) return <Several count={several} />;
  return level.length > 0 ? <InsideMap /> : <PipelineForm problems={problems} />;
}

/** Inside a map, and no node chosen: where one is, and the way to what the map itself says. */
function InsideMap() {
  const store = useEditorStore();
  const draft = useEditor(draftIn);
  const level = useEditor((state) => state.level);
  const id = level.at(-1);
  const map = graphAt(draft, level.slice(0, -1)).nodes.find((node) => node.id === id);
  const leave = () => store.getState().goTo(level.slice(0, -1), id);
  return (
    <div className="flex flex-col items-start gap-3 p-4">
      <h2 className="text-sm font-semibold">Inside {map === undefined ? 'a map' : labelOf(map)}</h2>
      <p className="text-sm text-ink-2">
        These nodes run once for each entry of the list. Their expressions read it as{' '}
        <code className="mono">item</code>, its number as <code className="mono">index</code>, and the nodes
        before the map as ever.
      </p>
      <Button onClick={leave}>
        <CornerLeftUp aria-hidden /> Settings of the map
      </Button>
    </div>
  );
}

function Several({ count }: { count: number }) {
  const store = useEditorStore();
  return (
    <div className="flex flex-col items-start gap-3 p-4">
      <h2 className="text-sm font-semibold">{counted(count, 'node')} chosen</h2>
      <div className="flex gap-2">
        <Button onClick={() => duplicateChosen(store)}>
          <Copy aria-hidden /> Duplicate
        </Button>
        <Button variant="danger" onClick={() => removeChosen(store)}>
          <Trash2 aria-hidden /> Remove
        </Button>
      </div>
    </div>
  );
}
