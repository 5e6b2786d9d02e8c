import { useEffect, useState } from 'react';

import type { NodeKindDescription } from '../../../../../contracts/pipeline.ts';
import { createElk } from '../../../ui/graph/elk-worker.ts';
import { draftIn, type EditorStore, useEditor, useEditorStore } from '../editor-store.ts';
import { type Point, withPositions } from '../model/changes.ts';
import { type DraftGraph, graphAt, type Level } from '../model/draft.ts';
import { portsOfNode } from '../model/kinds.ts';
import { arranged, inRows } from '../model/layout.ts';

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

export interface Arranged {
  /** Every node has its place. */
  placed: boolean;
  /** How often places were given, so that the view can follow. */
  times: number;
}

/** Gives a place to what has none yet, such as a pipeline that came as YAML. */
export function useArranged(
  graph: DraftGraph,
  level: Level,
  kinds: readonly NodeKindDescription[],
): Arranged {
  const store = useEditorStore();
  const view = useEditor((state) => state.view);
  const [times, setTimes] = useState(0);
  const placed = graph.nodes.every(({ position }) => position !== undefined);
  const wanted = view === 'canvas' && !placed;
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    const take = (positions: ReadonlyMap<string, Point>) => {
      if (!current) return;
      store.getState().amendGraph(level, (present) => withPositions(present, positions));
      setTimes((count) => count + 1);
    };
    places(graph, kinds).then(take, (error: unknown) => {
      reportError(error);
      take(inRows(graph));
    });
    return () => {
      current = false;
    };
  }, [wanted, graph, level, kinds, store]);
  return { placed, times };
}
