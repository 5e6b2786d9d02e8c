import {
  Controls,
  getViewportForBounds,
  MarkerType,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { useCallback, useEffect, useMemo, useState } from 'react';

import { Skeleton } from '../states.tsx';
import type { GraphLayout } from './elk-layout.ts';
import type { GraphModel, NodeLook } from './graph-model.ts';
import { Card, type CardNode, subtitleOf, Way, type WayEdge } from './graph-parts.tsx';
import { kindOf } from './kinds.ts';
import { useLayout } from './use-layout.ts';

export interface GraphCanvasProps {
  model: GraphModel;
  label: string;
  /** By path; absent where there is no run. */
  looks?: ReadonlyMap<string, NodeLook>;
  /** Ids of the edges that carried data; absent where there is no run. */
  taken?: ReadonlySet<string>;
  /** Something to be seen on a node, by path, such as an open circuit breaker. */
  marks?: ReadonlyMap<string, string>;
  selected?: string | null;
  /** Absent for a picture that cannot be moved or chosen from. */
  onSelect?: (path: string) => void;
}

const NODE_TYPES = { card: Card };
const EDGE_TYPES = { way: Way };
const ZOOM = { least: 0.15, most: 1.5, fit: 1 };

/** A graph that can be looked at: moved, zoomed, its nodes chosen. */
export default function GraphCanvas(props: GraphCanvasProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ model, label, looks, taken, marks, selected, onSelect }: GraphCanvasProps) {
  const [area, setArea] = useState<HTMLDivElement | null>(null);
  const layout = useLayout(model, area);
  const fit = useFit(layout, area);
  const nodes = useMemo(
    () => (layout === null ? [] : cardsOf(model, layout, { looks, marks, selected })),
    [model, layout, looks, marks, selected],
  );
  const edges = useMemo(() => (layout === null ? [] : waysOf(model, layout, taken)), [model, layout, taken]);
  const alive = onSelect !== undefined;
  return (
    <div
      ref={setArea}
      className="relative h-full w-full"
      {...(!alive && { role: 'img', 'aria-label': label })}
    >
      <ReactFlow
        aria-label={label}
        inert={!alive}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        elementsSelectable={alive}
        nodesFocusable={alive}
        panOnDrag={alive}
        zoomOnScroll={false}
        zoomOnPinch={alive}
        zoomOnDoubleClick={alive}
        preventScrolling={false}
        minZoom={ZOOM.least}
        maxZoom={ZOOM.most}
        onNodeClick={(_, node) => onSelect?.(node.id)}
        onNodesChange={(changes) => {
          // The keyboard's Enter arrives as a selection.
          const chosen = changes.find(
            (change) => change.type === 'select' && change.selected && change.id !== selected,
          );
          if (chosen?.type === 'select') onSelect?.(chosen.id);
        }}
      >
        {alive && <Controls showInteractive={false} position="bottom-right" onFitView={fit} />}
      </ReactFlow>
      {layout === null && <Skeleton className="absolute inset-0 rounded-none" />}
    </div>
  );
}

/** Shows the whole drawing, its edges too, whenever it or its area changes; the returned function does so now. */
function useFit(layout: GraphLayout | null, area: HTMLElement | null): () => void {
  const { setViewport } = useReactFlow();
  const fit = useCallback(() => {
    if (layout === null || area === null) return;
    const { clientWidth, clientHeight } = area;
    void setViewport(
      getViewportForBounds(layout.bounds, clientWidth, clientHeight, ZOOM.least, ZOOM.fit, '20px'),
    );
  }, [layout, area, setViewport]);
  useEffect(() => {
    if (area === null) return;
    const frame = requestAnimationFrame(fit);
    const observer = new ResizeObserver(fit);
    observer.observe(area);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [area, fit]);
  return fit;
}

type Shown = { [Key in 'looks' | 'marks' | 'selected']: GraphCanvasProps[Key] | undefined };

function cardsOf(model: GraphModel, layout: GraphLayout, { looks, marks, selected }: Shown): CardNode[] {
  const groups = new Set(model.nodes.map((node) => node.parent));
  return model.nodes.map((node) => {
    const box = layout.nodes.get(node.id);
    const look = looks?.get(node.id);
    const mark = marks?.get(node.id);
    const described = [node.label, kindOf(node.kind).word, look && subtitleOf(look), mark];
    return {
      id: node.id,
      type: 'card',
      position: { x: box?.x ?? 0, y: box?.y ?? 0 },
      ...(box !== undefined && { width: box.width, height: box.height }),
      ...(node.parent !== null && { parentId: node.parent }),
      selected: node.id === selected,
      ariaRole: 'button',
      ariaLabel: described.filter((part) => part !== undefined).join(', '),
      data: { node, look, mark, group: groups.has(node.id) },
    };
  });
}

function waysOf(model: GraphModel, layout: GraphLayout, taken: ReadonlySet<string> | undefined): WayEdge[] {
  return model.edges.map((edge) => ({
    id: edge.id,
    type: 'way',
    source: edge.from,
    target: edge.to,
    markerEnd: {
      type: MarkerType.ArrowClosed,
      color: taken?.has(edge.id) === true ? 'var(--ink-2)' : 'var(--edge)',
      width: 14,
      height: 14,
    },
    zIndex: 1,
    data: {
      route: layout.edges.get(edge.id) ?? { way: [], label: null },
      port: edge.port,
      taken: taken === undefined ? null : taken.has(edge.id),
    },
  }));
}
