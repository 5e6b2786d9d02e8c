import { Background, Controls, MarkerType, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { useEffect, useMemo, useState } from 'react';

import { type Direction, type GraphLayout, layoutGraph } from './elk-layout.ts';
import { createElk } from './elk-worker.ts';
import type { GraphModel, NodeLook } from './graph-model.ts';
import { Card, type CardNode, Way, type WayEdge } from './graph-parts.tsx';

export interface GraphCanvasProps {
  model: GraphModel;
  label: string;
  /** By path; absent where there is no run. */
  looks?: ReadonlyMap<string, NodeLook>;
  /** Ids of the edges that carried data; absent where there is no run. */
  taken?: ReadonlySet<string>;
  selected?: string | null;
  onSelect?: (path: string) => void;
}

const NODE_TYPES = { card: Card };
const EDGE_TYPES = { way: Way };
const FIT = { padding: 0.06, maxZoom: 1 };

/** A graph that can be looked at: moved, zoomed, its nodes chosen. */
export default function GraphCanvas(props: GraphCanvasProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ model, label, looks, taken, selected, onSelect }: GraphCanvasProps) {
  const [area, setArea] = useState<HTMLDivElement | null>(null);
  const layout = useLayout(model, area);
  const { fitView } = useReactFlow();
  useEffect(() => {
    if (layout === null || area === null) return;
    const fit = () => void fitView(FIT);
    const frame = requestAnimationFrame(fit);
    const observer = new ResizeObserver(fit);
    observer.observe(area);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [layout, area, fitView]);
  const nodes = useMemo(
    () => (layout === null ? [] : cardsOf(model, layout, looks, selected)),
    [model, layout, looks, selected],
  );
  const edges = useMemo(() => (layout === null ? [] : waysOf(model, layout, taken)), [model, layout, taken]);
  return (
    <div ref={setArea} className="h-full w-full">
      <ReactFlow
        aria-label={label}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        elementsSelectable={onSelect !== undefined}
        nodesFocusable={onSelect !== undefined}
        zoomOnScroll={false}
        preventScrolling={false}
        minZoom={0.2}
        maxZoom={1.5}
        proOptions={{ hideAttribution: false }}
        onNodeClick={(_, node) => onSelect?.(node.id)}
        onNodesChange={(changes) => {
          // The keyboard's Enter arrives as a selection.
          const chosen = changes.find(
            (change) => change.type === 'select' && change.selected && change.id !== selected,
          );
          if (chosen?.type === 'select') onSelect?.(chosen.id);
        }}
      >
        <Background gap={16} size={1} color="var(--line)" />
        <Controls showInteractive={false} position="bottom-right" fitViewOptions={FIT} />
      </ReactFlow>
    </div>
  );
}

/** Lays the graph out for the shape of its area, anew when that changes from wide to narrow. */
function useLayout(model: GraphModel, area: HTMLElement | null): GraphLayout | null {
  const [layout, setLayout] = useState<GraphLayout | null>(null);
  const [elk] = useState(createElk);
  const narrow = useIsNarrow(area);
  useEffect(() => {
    if (area === null || narrow === null) return;
    let current = true;
    const direction: Direction = narrow ? 'down' : 'right';
    const ratio = area.clientWidth / Math.max(1, area.clientHeight);
    layoutGraph(elk, model, direction, ratio).then(
      (placed) => current && setLayout(placed),
      (error: unknown) => reportError(error),
    );
    return () => {
      current = false;
    };
  }, [elk, model, area, narrow]);
  useEffect(() => () => elk.terminateWorker(), [elk]);
  return layout;
}

function useIsNarrow(area: HTMLElement | null): boolean | null {
  const [narrow, setNarrow] = useState<boolean | null>(null);
  useEffect(() => {
    if (area === null) return;
    const measure = () => setNarrow(area.clientWidth < 560);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(area);
    return () => observer.disconnect();
  }, [area]);
  return narrow;
}

function cardsOf(
  model: GraphModel,
  layout: GraphLayout,
  looks: GraphCanvasProps['looks'],
  selected: string | null | undefined,
): CardNode[] {
  const groups = new Set(model.nodes.map((node) => node.parent));
  return model.nodes.map((node) => {
    const { x = 0, y = 0, width, height } = layout.nodes.get(node.id) ?? {};
    return {
      id: node.id,
      type: 'card',
      position: { x, y },
      ...(width !== undefined && { width }),
      ...(height !== undefined && { height }),
      ...(node.parent !== null && { parentId: node.parent }),
      selected: node.id === selected,
      ariaLabel: `${node.label}, ${node.kind}`,
      data: { node, look: looks?.get(node.id), group: groups.has(node.id) },
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
      color: taken?.has(edge.id) === true ? 'var(--ink-2)' : 'var(--line-strong)',
      width: 14,
      height: 14,
    },
    zIndex: 1,
    data: {
      way: layout.edges.get(edge.id) ?? [],
      port: edge.port,
      taken: taken === undefined ? null : taken.has(edge.id),
    },
  }));
}
