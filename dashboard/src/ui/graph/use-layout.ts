import { useEffect, useState } from 'react';

import { type GraphLayout, layoutGraph } from './elk-layout.ts';
import { createElk } from './elk-worker.ts';
import type { GraphModel } from './graph-model.ts';

/** A narrower area is drawn from top to bottom. */
const NARROW_PX = 560;

/** Lays a graph out for the shape of its area, anew when that changes between wide and narrow. */
export function useLayout(model: GraphModel, area: HTMLElement | null): GraphLayout | null {
  const [layout, setLayout] = useState<GraphLayout | null>(null);
  const narrow = useIsNarrow(area);
  useEffect(() => {
    if (area === null || narrow === null) return;
    const elk = createElk();
    const ratio = area.clientWidth / Math.max(1, area.clientHeight);
    let current = true;
    layoutGraph(elk, model, narrow ? 'down' : 'right', ratio).then(
      (placed) => current && setLayout(placed),
      (error: unknown) => current && reportError(error),
    );
    return () => {
      current = false;
      elk.terminateWorker();
    };
  }, [model, area, narrow]);
  return layout;
}

function useIsNarrow(area: HTMLElement | null): boolean | null {
  const [narrow, setNarrow] = useState<boolean | null>(null);
  useEffect(() => {
    if (area === null) return;
    const measure = () => setNarrow(area.clientWidth < NARROW_PX);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(area);
    return () => observer.disconnect();
  }, [area]);
  return narrow;
}
