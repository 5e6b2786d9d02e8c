import { useEffect, useState } from 'react';

import type { NodeKindDescription } from '../../../../../contracts/pipeline.ts';
import { createElk } from '../../../ui/graph/elk-worker.ts';
import { draftIn, type EditorStore, useEditor, useEditorStore } from '../editor-store.ts';
import { withPositions } from '../model/changes.ts';
import { type DraftGraph, graphAt, type Level } from '../model/draft.ts';
import { portsOfNode } from '../model/kinds.ts';
import { arranged } from '../model/layout.ts';

async function places(graph: DraftGraph, kinds: readonly NodeKindDescription[]) {
  const elk = createElk();
  try {
    const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    return await arranged(elk, graph, (id) => {
      const node = nodes.get(id);
      return node === undefined ? [] : portsOfNode(node, kinds);
    });
  } finally {
    elk.terminateWorker();
  }
}

/** Arranges the nodes of the present level anew, as one step that can be undone. */
export async function arrange(store: EditorStore, kinds: readonly NodeKindDescription[]): Promise<void> {
  const { level } = store.getState();
  const positions = await places(graphAt(draftIn(store.getState()), level), kinds);
  if (store.getState().level === level)
    store.getState().changeGraph((graph) => withPositions(graph, positions));
}

/** Gives a place to what has none yet, such as a pipeline that came as YAML. Counts the times, so that the view can follow. */
export function useArranged(graph: DraftGraph, level: Level, kinds: readonly NodeKindDescription[]): number {
  const store = useEditorStore();
  const view = useEditor((state) => state.view);
  const [times, setTimes] = useState(0);
  const unplaced = view === 'canvas' && graph.nodes.some(({ position }) => position === undefined);
  useEffect(() => {
    if (!unplaced) return;
    let current = true;
    places(graph, kinds).then(
      (positions) => {
        if (!current) return;
        store.getState().amendGraph(level, (present) => withPositions(present, positions));
        setTimes((count) => count + 1);
      },
      (error: unknown) => current && reportError(error),
    );
    return () => {
      current = false;
    };
  }, [unplaced, graph, level, kinds, store]);
  return times;
}
