import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from '@xyflow/react';
import { Plus, X } from 'lucide-react';

import { useEditorStore } from '../editor-store.ts';
import { withoutEdges } from '../model/changes.ts';

export interface LineData extends Record<string, unknown> {
  /** "Split to Count", for who cannot see it. */
  label: string;
  problem: string | undefined;
  /** Pointed at: its buttons are shown. */
  active: boolean;
  /** Where it turns; half way where it does not matter. */
  turn: number | undefined;
}
export type LineEdge = Edge<LineData, 'line'>;

const button =
  'flex size-5 items-center justify-center rounded-full border border-line-strong bg-raised text-ink-2 hover:border-accent hover:text-accent [&_svg]:size-3';

/** An edge; pointed at or chosen, it offers to put a node into it and to remove it. */
export function EdgeLine({ id, data, selected, markerEnd, ...ends }: EdgeProps<LineEdge>) {
  const store = useEditorStore();
  const [path, x, y] = getSmoothStepPath({
    sourceX: ends.sourceX,
    sourceY: ends.sourceY,
    sourcePosition: ends.sourcePosition,
    targetX: ends.targetX,
    targetY: ends.targetY,
    targetPosition: ends.targetPosition,
    borderRadius: 10,
    offset: 24,
    ...(data?.turn !== undefined && { centerX: data.turn }),
  });
  const { label = '', problem, active = false } = data ?? {};
  const stroke =
    problem !== undefined ? 'var(--failed)' : selected === true || active ? 'var(--accent)' : 'var(--edge)';
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={18}
        {...(markerEnd !== undefined && { markerEnd })}
        style={{ stroke, strokeWidth: selected === true ? 2 : 1.5 }}
      />
      {(active || selected === true) && (
        <EdgeLabelRenderer>
          <div
            className="nodrag nopan pointer-events-auto absolute flex gap-1"
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            <button
              type="button"
              className={button}
              aria-label={`Put a node into ${label}`}
              title="Put a node in between"
              onClick={() => store.getState().add({ edgeKey: id })}
            >
              <Plus aria-hidden />
            </button>
            <button
              type="button"
              className={button}
              aria-label={`Remove ${label}`}
              title="Remove this edge"
              onClick={() => store.getState().changeGraph((graph) => withoutEdges(graph, new Set([id])))}
            >
              <X aria-hidden />
            </button>
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
