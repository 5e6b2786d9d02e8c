import { lazy, Suspense } from 'react';

import { Skeleton } from '../states.tsx';
import type { GraphCanvasProps } from './graph-canvas.tsx';

const GraphCanvas = lazy(() => import('./graph-canvas.tsx'));

/** A pipeline's graph; its drawing code comes when it is first needed. */
export function Graph(props: GraphCanvasProps) {
  return (
    <Suspense fallback={<Skeleton className="h-full w-full rounded-none" />}>
      <GraphCanvas {...props} />
    </Suspense>
  );
}
