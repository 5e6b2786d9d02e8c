import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api';

import type { GraphEdge, GraphModel, GraphNode } from './graph-model.ts';

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

/** The way of an edge and the middle of its port's name, in the coordinates of the whole drawing. */
export interface EdgeWay {
  way: readonly Point[];
  label: Point | null;
}

export interface GraphLayout {
  /** Positions relative to the parent node. */
  nodes: ReadonlyMap<string, Box>;
  edges: ReadonlyMap<string, EdgeWay>;
  /** What all of it covers. */
  bounds: Box;
}

/** From left to right, in rows where one would be too long; or from top to bottom. */
export type Direction = 'right' | 'down';

const NODE_HEIGHT = 48;
const GROUP_HEADER = 52;
/** Inside a map there is more to say below the label: how many items are done, how many failed. */
const NODE_WIDTHS = { least: 148, leastInside: 184, most: 248 };
/** ELK's rows come out narrower than the shape that is asked for. */
const ROW_STRETCH = 1.3;
/** Icon, gaps and status of a node; the rest is for its label. */
const AROUND_LABEL = 80;
const CHARACTER_WIDTH = 7.2;

/** As wide as its label needs, within reason. */
function widthOf({ label, parent }: GraphNode): number {
  const least = parent === null ? NODE_WIDTHS.least : NODE_WIDTHS.leastInside;
  return Math.round(
    Math.min(NODE_WIDTHS.most, Math.max(least, AROUND_LABEL + label.length * CHARACTER_WIDTH)),
  );
}

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

const TOP: Record<Direction, Record<string, string>> = {
  right: { 'elk.direction': 'RIGHT', 'elk.layered.wrapping.strategy': 'MULTI_EDGE' },
  down: { 'elk.direction': 'DOWN' },
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
    edges: (edgesOf.get(parent) ?? []).map(elkEdge),
  });
  const elkNode = (node: GraphNode): ElkNode => {
    if (!childrenOf.has(node.id)) return { id: node.id, width: widthOf(node), height: NODE_HEIGHT };
    const layoutOptions = {
      ...COMMON,
      'elk.direction': direction === 'right' ? 'RIGHT' : 'DOWN',
      'elk.padding': `[top=${GROUP_HEADER},left=12,bottom=12,right=12]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.contentAlignment': 'H_CENTER V_TOP',
      'elk.nodeSize.minimum': `(${widthOf(node)}, ${GROUP_HEADER})`,
    };
    return { id: node.id, ...inside(node.id), layoutOptions };
  };
  const layoutOptions = {
    ...COMMON,
    ...TOP[direction],
    'elk.aspectRatio': String(aspectRatio * ROW_STRETCH),
    'elk.padding': '[top=4,left=4,bottom=4,right=4]',
  };
  return readLayout(await elk.layout({ id: 'graph', ...inside(null), layoutOptions }));
}

const elkEdge = (edge: GraphEdge): ElkExtendedEdge => ({
  id: edge.id,
  sources: [edge.from],
  targets: [edge.to],
  ...(edge.port !== null && { labels: [labelOf(edge.port)] }),
});

const labelOf = (port: string) => ({
  text: port,
  width: port.length * 6.5 + 8,
  height: 16,
  layoutOptions: { 'elk.edgeLabels.inline': 'true', 'elk.edgeLabels.placement': 'TAIL' },
});

function readLayout(root: ElkNode): GraphLayout {
  const nodes = new Map<string, Box>();
  const edges = new Map<string, EdgeWay>();
  const corners: Point[] = [];
  const read = (parent: ElkNode, at: Point) => {
    for (const edge of parent.edges ?? []) {
      const way = wayOf(edge, at);
      edges.set(edge.id, { way, label: labelPlaceOf(edge, at) });
      corners.push(...way);
    }
    for (const child of parent.children ?? []) {
      const { x = 0, y = 0, width = 0, height = 0 } = child;
      nodes.set(child.id, { x, y, width, height });
      const corner = { x: at.x + x, y: at.y + y };
      corners.push(corner, { x: corner.x + width, y: corner.y + height });
      read(child, corner);
    }
  };
  read(root, { x: 0, y: 0 });
  return { nodes, edges, bounds: boundsOf(corners) };
}

function boundsOf(points: readonly Point[]): Box {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

const wayOf = (edge: ElkExtendedEdge, at: Point): Point[] =>
  (edge.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) =>
    [startPoint, ...bendPoints, endPoint].map(({ x, y }) => ({ x: at.x + x, y: at.y + y })),
  );

const LABEL_GAP = 6;

/** On its edge: on the level of the beginning of one that leaves to the right, at the side of one that leaves below. */
function labelPlaceOf(edge: ElkExtendedEdge, at: Point): Point | null {
  const label = edge.labels?.[0];
  const [start, next] = wayOf(edge, at);
  if (label?.x === undefined || label.y === undefined || start === undefined || next === undefined)
    return null;
  if (start.y === next.y) return { x: start.x + LABEL_GAP + (label.width ?? 0) / 2, y: start.y };
  return { x: start.x, y: at.y + label.y + (label.height ?? 0) / 2 };
}
