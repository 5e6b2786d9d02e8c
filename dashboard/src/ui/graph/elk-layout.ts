import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api';

import type { GraphModel, GraphNode } from './graph-model.ts';

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

export interface GraphLayout {
  size: { width: number; height: number };
  /** Positions relative to the parent node. */
  nodes: ReadonlyMap<string, Box>;
  /** The way of each edge, in the coordinates of the whole drawing. */
  edges: ReadonlyMap<string, readonly Point[]>;
}

/** From left to right in rows where there is width, else from top to bottom. */
export type Direction = 'right' | 'down';

export const NODE_SIZE = { width: 172, height: 48 };
export const GROUP_HEADER = 52;

const OPTIONS: Record<Direction, Record<string, string>> = {
  right: { 'elk.direction': 'RIGHT', 'elk.layered.wrapping.strategy': 'MULTI_EDGE' },
  down: { 'elk.direction': 'DOWN' },
};

const COMMON = {
  'elk.algorithm': 'layered',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.spacing.nodeNode': '20',
  'elk.layered.spacing.nodeNodeBetweenLayers': '36',
  'elk.spacing.edgeNode': '16',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
};

/** Places the nodes of a graph with ELK's layered algorithm. `aspectRatio` is that of the area it is drawn in. */
export async function layoutGraph(
  elk: ELK,
  model: GraphModel,
  direction: Direction,
  aspectRatio: number,
): Promise<GraphLayout> {
  const childrenOf = Map.groupBy(model.nodes, (node) => node.parent);
  const edgesOf = Map.groupBy(model.edges, (edge) => edge.parent);

  const inside = (parent: string | null): Pick<ElkNode, 'children' | 'edges'> => ({
    children: (childrenOf.get(parent) ?? []).map(elkNode),
    edges: (edgesOf.get(parent) ?? []).map((edge) => ({
      id: edge.id,
      sources: [edge.from],
      targets: [edge.to],
    })),
  });
  const elkNode = (node: GraphNode): ElkNode =>
    childrenOf.has(node.id)
      ? {
          id: node.id,
          ...inside(node.id),
          layoutOptions: {
            ...COMMON,
            'elk.direction': direction === 'right' ? 'RIGHT' : 'DOWN',
            'elk.padding': `[top=${GROUP_HEADER},left=12,bottom=12,right=12]`,
            'elk.nodeSize.constraints': 'MINIMUM_SIZE',
            'elk.nodeSize.minimum': `(${NODE_SIZE.width + 24}, ${GROUP_HEADER})`,
          },
        }
      : { id: node.id, ...NODE_SIZE };

  const placed = await elk.layout({
    id: 'graph',
    ...inside(null),
    layoutOptions: {
      ...COMMON,
      ...OPTIONS[direction],
      'elk.aspectRatio': String(aspectRatio),
      'elk.padding': '[top=4,left=4,bottom=4,right=4]',
    },
  });
  return readLayout(placed);
}

function readLayout(root: ElkNode): GraphLayout {
  const nodes = new Map<string, Box>();
  const edges = new Map<string, Point[]>();
  const read = (parent: ElkNode, at: Point) => {
    for (const edge of parent.edges ?? []) edges.set(edge.id, wayOf(edge, at));
    for (const child of parent.children ?? []) {
      const { x = 0, y = 0, width = NODE_SIZE.width, height = NODE_SIZE.height } = child;
      nodes.set(child.id, { x, y, width, height });
      read(child, { x: at.x + x, y: at.y + y });
    }
  };
  read(root, { x: 0, y: 0 });
  return { size: { width: root.width ?? 0, height: root.height ?? 0 }, nodes, edges };
}

const wayOf = (edge: ElkExtendedEdge, at: Point): Point[] =>
  (edge.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) =>
    [startPoint, ...bendPoints, endPoint].map(({ x, y }) => ({ x: at.x + x, y: at.y + y })),
  );

/** An SVG path along points, its corners rounded. */
export function roundedPath(points: readonly Point[], radius = 8): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M ${first.x} ${first.y}`;
  rest.forEach((corner, index) => {
    const before = points[index] ?? corner;
    const after = rest[index + 1];
    if (after === undefined) {
      path += ` L ${corner.x} ${corner.y}`;
      return;
    }
    const enter = towards(corner, before, radius);
    const leave = towards(corner, after, radius);
    path += ` L ${enter.x} ${enter.y} Q ${corner.x} ${corner.y} ${leave.x} ${leave.y}`;
  });
  return path;
}

/** The point `distance` away from `from` on the way to `to`, at most half of it. */
function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : Math.min(distance, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
