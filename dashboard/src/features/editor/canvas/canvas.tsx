import './canvas.css';

import {
  Background,
  BackgroundVariant,
  type Connection,
  Controls,
  type EdgeChange,
  type FinalConnectionState,
  MiniMap,
  type NodeChange,
  ReactFlow,
  useReactFlow,
} from '@xyflow/react';
import { type DragEvent, useMemo, useState } from 'react';

import type { NodeKindDescription } from '../../../../../contracts/pipeline.ts';
import { DEFAULT_PORT } from '../../../../../contracts/plan.ts';
import { draftIn, useEditor, useEditorStore } from '../editor-store.ts';
import { connected, type Point, refusalOf, withoutEdges, withPositions } from '../model/changes.ts';
import { graphAt, insideOf } from '../model/draft.ts';
import { type PlacedProblem, problemsByNode, sameLevel } from '../model/problems.ts';
import { KIND_MEDIA_TYPE } from '../palette.tsx';
import { useAddNode } from '../use-add-node.ts';
import { cardsOf, linesOf } from './cards.ts';
import { EdgeLine, type LineEdge } from './edge-line.tsx';
import { type CardNode, NodeCard } from './node-card.tsx';
import { useArranged } from './use-arranged.ts';
import { FIT, useFollow } from './use-follow.ts';

const NODE_TYPES = { card: NodeCard };
const EDGE_TYPES = { line: EdgeLine };
/** More than these need not all be in view. */
const MANY_NODES = 8;
/** Of more than these only what is in view is drawn. */
const MANY_TO_DRAW = 150;
const NOTHING: ReadonlyMap<string, Point> = new Map();

interface CanvasProps {
  kinds: readonly NodeKindDescription[];
  problems: readonly PlacedProblem[];
}

/** The graph of the present level, to be built by hand. */
export function Canvas({ kinds, problems }: CanvasProps) {
  const store = useEditorStore();
  const draft = useEditor(draftIn);
  const level = useEditor((state) => state.level);
  const selectedNodes = useEditor((state) => state.nodes);
  const selectedEdges = useEditor((state) => state.edges);
  const [dragged, setDragged] = useState(NOTHING);
  const [active, setActive] = useState<string | null>(null);
  const graph = useMemo(() => graphAt(draft, level), [draft, level]);
  const { placed, times } = useArranged(graph, level, kinds);
  useFollow(times, level, placed && graph.nodes.length > 0);
  const addNode = useAddNode(kinds);
  const flow = useReactFlow();

  const wrongNodes = useMemo(() => problemsByNode(problems, level), [problems, level]);
  const wrongEdges = useMemo(() => edgeProblems(problems, level), [problems, level]);
  const nodes = useMemo(
    () => (placed ? cardsOf({ graph, kinds, selected: selectedNodes, problems: wrongNodes, dragged }) : []),
    [placed, graph, kinds, selectedNodes, wrongNodes, dragged],
  );
  const edges = useMemo(
    () => linesOf({ graph, cards: nodes, selected: selectedEdges, problems: wrongEdges, active }),
    [graph, nodes, selectedEdges, wrongEdges, active],
  );

  const onNodesChange = (changes: NodeChange<CardNode>[]) => {
    const moves = changes.filter((change) => change.type === 'position');
    if (moves.length > 0) {
      const places = new Map(dragged);
      for (const { id, position } of moves) if (position !== undefined) places.set(id, position);
      const resting = moves.every(({ dragging }) => dragging !== true);
      setDragged(resting ? NOTHING : places);
      if (resting && places.size > 0)
        store.getState().changeGraph((present) => withPositions(present, places), 'positions');
    }
    const chosen = selectionAfter(store.getState().nodes, changes);
    if (chosen !== null) store.getState().select(chosen, store.getState().edges);
  };
  const onEdgesChange = (changes: EdgeChange<LineEdge>[]) => {
    const chosen = selectionAfter(store.getState().edges, changes);
    if (chosen !== null) store.getState().select(store.getState().nodes, chosen);
  };
  const onConnect = ({ source, sourceHandle, target }: Connection) =>
    store
      .getState()
      .changeGraph((present) =>
        connected(present, { id: source, port: sourceHandle ?? DEFAULT_PORT }, target),
      );
  const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    // Let go over nothing: what is wanted is a new node there.
    if (state.isValid === true || state.toNode !== null || state.fromHandle?.type !== 'source') return;
    const { clientX, clientY } =
      'changedTouches' in event ? (event.changedTouches[0] ?? { clientX: 0, clientY: 0 }) : event;
    const at = flow.screenToFlowPosition({ x: clientX, y: clientY });
    store.getState().add({
      from: { id: state.fromHandle.nodeId, port: state.fromHandle.id ?? DEFAULT_PORT },
      at: { x: at.x, y: at.y - 26 },
    });
  };
  const onDrop = (event: DragEvent) => {
    const kind = event.dataTransfer.getData(KIND_MEDIA_TYPE);
    if (kind === '') return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    addNode(kind, { at: { x: at.x - 40, y: at.y - 26 } });
  };
  return (
    <div
      className="editor-canvas h-full w-full"
      onDrop={onDrop}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(KIND_MEDIA_TYPE)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      }}
    >
      {!placed && (
        <p role="status" className="absolute top-3 left-3 z-10 text-sm text-ink-2">
          Arranging the nodes …
        </p>
      )}
      <ReactFlow
        aria-label="Canvas"
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        onReconnect={(old, { source, sourceHandle, target }) =>
          store
            .getState()
            .changeGraph((present) =>
              connected(
                withoutEdges(present, new Set([old.id])),
                { id: source, port: sourceHandle ?? DEFAULT_PORT },
                target,
              ),
            )
        }
        isValidConnection={({ source, sourceHandle, target }) =>
          refusalOf(graph, { id: source, port: sourceHandle ?? DEFAULT_PORT }, target) === null
        }
        onNodeDoubleClick={(_, { id }) => {
          if (insideOf(graph.nodes.find((node) => node.id === id)) !== undefined)
            store.getState().goTo([...level, id]);
        }}
        onEdgeMouseEnter={(_, { id }) => setActive(id)}
        onEdgeMouseLeave={() => setActive(null)}
        onPaneClick={() => store.getState().select([])}
        onlyRenderVisibleElements={nodes.length > MANY_TO_DRAW}
        deleteKeyCode={null}
        multiSelectionKeyCode={['Control', 'Meta', 'Shift']}
        selectionKeyCode="Shift"
        connectionRadius={28}
        minZoom={0.15}
        maxZoom={1.75}
        proOptions={{ hideAttribution: false }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
        <Controls showInteractive={false} position="bottom-left" fitViewOptions={FIT} />
        {nodes.length > MANY_NODES && (
          <MiniMap
            pannable
            ariaLabel="The whole graph in small"
            position="bottom-right"
            nodeColor="var(--line-strong)"
            maskColor="color-mix(in srgb, var(--sunken) 70%, transparent)"
            bgColor="var(--surface)"
            className="rounded-panel border border-line"
            style={{ width: 150, height: 90 }}
          />
        )}
      </ReactFlow>
    </div>
  );
}

/** Null where the changes choose nothing. */
function selectionAfter(
  selected: ReadonlySet<string>,
  changes: readonly (NodeChange<CardNode> | EdgeChange<LineEdge>)[],
): ReadonlySet<string> | null {
  const choices = changes.filter((change) => change.type === 'select');
  if (choices.length === 0) return null;
  const next = new Set(selected);
  for (const { id, selected: chosen } of choices) {
    if (chosen) next.add(id);
    else next.delete(id);
  }
  return next;
}

function edgeProblems(problems: readonly PlacedProblem[], level: readonly string[]): Map<string, string> {
  return new Map(
    problems.flatMap(({ level: at, edgeKey, message }) =>
      edgeKey !== null && sameLevel(at, level) ? [[edgeKey, message] as const] : [],
    ),
  );
}
