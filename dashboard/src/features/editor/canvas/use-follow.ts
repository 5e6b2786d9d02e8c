import { getNodesBounds, useReactFlow, useStoreApi } from '@xyflow/react';
import { useEffect, useEffectEvent } from 'react';

import { onlyNode, useEditor } from '../editor-store.ts';
import type { Level } from '../model/draft.ts';

/** The whole graph, however small that makes it: for the button that asks for it. */
export const FIT = { padding: 0.12, maxZoom: 1 };
/** Smaller than this a node cannot be read. */
const LEAST_READABLE = 0.62;
const MARGIN = 40;

/** Keeps in view what somebody works on: the graph when another one is shown, the node that is chosen elsewhere. */
export function useFollow(times: number, level: Level, placed: boolean): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  const chosen = useEditor(onlyNode);
  const at = level.join('.');

  const showGraph = useEffectEvent(() => {
    const { width, height } = store.getState();
    const bounds = getNodesBounds(flow.getNodes());
    if (width === 0 || bounds.width === 0) return;
    const zoom = Math.min(1, (width - 2 * MARGIN) / bounds.width, (height - 2 * MARGIN) / bounds.height);
    if (zoom >= LEAST_READABLE) void flow.fitView(FIT);
    // Too long to be read as a whole: its beginning.
    else
      void flow.setViewport({
        zoom: LEAST_READABLE,
        x: MARGIN - bounds.x * LEAST_READABLE,
        y: height / 2 - (bounds.y + bounds.height / 2) * LEAST_READABLE,
      });
  });
  useEffect(() => {
    if (!placed) return;
    const frame = requestAnimationFrame(() => showGraph());
    return () => cancelAnimationFrame(frame);
  }, [times, at, placed]);

  const showNode = useEffectEvent((id: string) => {
    const { width, height, transform } = store.getState();
    const node = flow.getNode(id);
    if (node === undefined) return;
    const [x, y, zoom] = transform;
    const left = node.position.x * zoom + x;
    const top = node.position.y * zoom + y;
    const right = left + (node.width ?? 0) * zoom;
    const bottom = top + (node.height ?? 0) * zoom;
    if (left >= 0 && top >= 0 && right <= width && bottom <= height) return;
    const middle = {
      x: node.position.x + (node.width ?? 0) / 2,
      y: node.position.y + (node.height ?? 0) / 2,
    };
    void flow.setCenter(middle.x, middle.y, { zoom });
  });
  useEffect(() => {
    if (chosen === null) return;
    const frame = requestAnimationFrame(() => showNode(chosen));
    return () => cancelAnimationFrame(frame);
  }, [chosen]);
}
