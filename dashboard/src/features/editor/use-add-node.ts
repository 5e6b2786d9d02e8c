import { useReactFlow } from '@xyflow/react';

import type { NodeKindDescription } from '../../../../contracts/pipeline.ts';
import { DEFAULT_PORT } from '../../../../contracts/plan.ts';
import { kindOf } from '../../ui/graph/kinds.ts';
import { type Adding, draftIn, onlyNode, useEditorStore } from './editor-store.ts';
import { connected, freeId, idsOf, keyOfEdge, type Point, spliced, withNode } from './model/changes.ts';
import { type DraftGraph, type DraftNode, graphAt } from './model/draft.ts';
import { firstConfigOf, portsOfNode } from './model/kinds.ts';
import { freePlace, NODE_WIDTH } from './model/sizes.ts';

const STEP_X = NODE_WIDTH + 72;

/** Puts a new node of a kind where it is wanted, connects it, and chooses it. */
export function useAddNode(kinds: readonly NodeKindDescription[]): (kind: string, adding: Adding) => void {
  const store = useEditorStore();
  const flow = useReactFlow();
  const middle = (): Point => {
    const area = document.querySelector('.editor-canvas')?.getBoundingClientRect();
    if (area === undefined) return { x: 0, y: 0 };
    const at = flow.screenToFlowPosition({ x: area.x + area.width / 2, y: area.y + area.height / 2 });
    return { x: at.x - NODE_WIDTH / 2, y: at.y - 26 };
  };
  return (kind, adding) => {
    const state = store.getState();
    const graph = graphAt(draftIn(state), state.level);
    const portCount = (id: string) => {
      const node = graph.nodes.find((candidate) => candidate.id === id);
      return node === undefined ? 1 : portsOfNode(node, kinds).length;
    };
    const wanted = adding.at ?? placeBeside(graph, adding) ?? middle();
    const node: DraftNode = {
      id: freeId(kindOf(kind).word.toLowerCase(), idsOf(graph)),
      type: kind,
      config: firstConfigOf(kind),
      position: freePlace(graph, wanted, portCount),
    };
    const [port = DEFAULT_PORT] = portsOfNode(node, kinds);
    state.changeGraph((present) => {
      if (adding.edgeKey !== undefined) return spliced(present, adding.edgeKey, node, port);
      const grown = withNode(present, node);
      return adding.from === undefined ? grown : connected(grown, adding.from, node.id);
    });
    state.select([node.id]);
    state.add(null);
  };
}

function placeBeside(graph: DraftGraph, { from, edgeKey }: Adding): Point | undefined {
  const edge = graph.edges.find((candidate) => keyOfEdge(candidate) === edgeKey);
  const place = (id: string | undefined) => graph.nodes.find((node) => node.id === id)?.position;
  if (edge !== undefined) {
    const [start, end] = [place(edge.from), place(edge.to)];
    if (start !== undefined && end !== undefined)
      return { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
  }
  const before = place(from?.id);
  return before === undefined ? undefined : { x: before.x + STEP_X, y: before.y };
}

/** Where a node that is added by key goes on from: the chosen node's first port that leads nowhere yet, else its first. */
export function nextSource(
  state: Parameters<typeof onlyNode>[0],
  kinds: readonly NodeKindDescription[],
): Adding {
  const chosen = onlyNode(state);
  const graph = graphAt(draftIn(state), state.level);
  const node = graph.nodes.find(({ id }) => id === chosen);
  if (node === undefined) return {};
  const ports = portsOfNode(node, kinds);
  const used = new Set(
    graph.edges.filter(({ from }) => from === node.id).map(({ port }) => port ?? DEFAULT_PORT),
  );
  const port = ports.find((candidate) => !used.has(candidate)) ?? ports[0] ?? DEFAULT_PORT;
  return { from: { id: node.id, port } };
}
