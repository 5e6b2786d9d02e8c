import type { ELK, ElkNode } from 'elkjs/lib/elk-api';

import { DEFAULT_PORT } from '../../../../../contracts/plan.ts';
import { keyOfEdge, type Point, portOf } from './changes.ts';
import type { DraftEdge, DraftGraph } from './draft.ts';
import { HEADER_MIDDLE, heightOf, NODE_WIDTH, portMiddle } from './sizes.ts';

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.spacing.nodeNode': '36',
  'elk.layered.spacing.nodeNodeBetweenLayers': '72',
};

/** Places the nodes of one graph from left to right, branches in the order of their ports. */
export async function arranged(
  elk: Pick<ELK, 'layout'>,
  graph: DraftGraph,
  portsOf: (id: string) => readonly string[],
): Promise<Map<string, Point>> {
  const ids = new Set(graph.nodes.map(({ id }) => id));
  // What is there twice is a problem that the list names; it is placed once.
  const edges = new Map(
    graph.edges.filter(({ from, to }) => ids.has(from) && ids.has(to)).map((edge) => [keyOfEdge(edge), edge]),
  );
  const root: ElkNode = {
    id: 'graph',
    layoutOptions: OPTIONS,
    children: [...ids].map((id) => elkNodeOf(id, portsOf(id))),
    edges: [...edges.values()].map((edge) => ({
      id: keyOfEdge(edge),
      sources: [sourceOf(edge, portsOf(edge.from))],
      targets: [portIdOf(edge.to, null)],
    })),
  };
  const { children = [] } = await elk.layout(root);
  return new Map(children.map(({ id, x = 0, y = 0 }) => [id, { x: Math.round(x), y: Math.round(y) }]));
}

const ROW = 6;

/** Side by side in rows: what is better than nothing where there is no ELK. */
export const inRows = ({ nodes }: DraftGraph): Map<string, Point> =>
  new Map(
    nodes.map(({ id }, index) => [
      id,
      { x: (index % ROW) * (NODE_WIDTH + 72), y: Math.floor(index / ROW) * 180 },
    ]),
  );

const portIdOf = (id: string, port: string | null): string => (port === null ? `${id}|` : `${id}|>${port}`);

/** An edge that names no port that there is leaves by the first one. */
function sourceOf(edge: DraftEdge, ports: readonly string[]): string {
  const port = portOf(edge);
  return portIdOf(edge.from, ports.includes(port) ? port : (ports[0] ?? DEFAULT_PORT));
}

/** With its ports where they are drawn, so that branches keep their order and edges become straight. */
const elkNodeOf = (id: string, ports: readonly string[]): ElkNode => ({
  id,
  width: NODE_WIDTH,
  height: heightOf(ports.length),
  layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
  ports: [
    elkPortOf(portIdOf(id, null), { x: 0, y: HEADER_MIDDLE }, 'WEST'),
    ...ports.map((port) =>
      elkPortOf(portIdOf(id, port), { x: NODE_WIDTH, y: portMiddle(ports, port) }, 'EAST'),
    ),
  ],
});

const elkPortOf = (id: string, at: Point, side: 'WEST' | 'EAST') => ({
  id,
  ...at,
  width: 0,
  height: 0,
  layoutOptions: { 'elk.port.side': side },
});
