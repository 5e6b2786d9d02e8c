import { Copy, Trash2 } from 'lucide-react';

import { counted } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { draftIn, onlyNode, useEditor, useEditorStore } from './editor-store.ts';
import { NodeForm } from './forms/node-form.tsx';
import { PipelineForm } from './forms/pipeline-form.tsx';
import { graphAt } from './model/draft.ts';
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
  return <PipelineForm problems={problems} />;
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
