import type { ELK, ElkNode } from 'elkjs/lib/elk-api';

import { keyOfEdge, type Point, portOf } from './changes.ts';
import type { DraftGraph } from './draft.ts';
import { heightOf, NODE_WIDTH } from './sizes.ts';

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
  const root: ElkNode = {
    id: 'graph',
    layoutOptions: OPTIONS,
    children: graph.nodes.map(({ id }) => elkNodeOf(id, portsOf(id))),
    edges: graph.edges
      .filter(({ from, to }) => ids.has(from) && ids.has(to))
      .map((edge) => ({
        id: keyOfEdge(edge),
        sources: [portIdOf(edge.from, portsOf(edge.from).includes(portOf(edge)) ? portOf(edge) : null)],
        targets: [edge.to],
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

const portIdOf = (id: string, port: string | null): string => (port === null ? id : `${id}|${port}`);

const elkNodeOf = (id: string, ports: readonly string[]): ElkNode => ({
  id,
  width: NODE_WIDTH,
  height: heightOf(ports.length),
  layoutOptions: { 'elk.portConstraints': 'FIXED_ORDER' },
  ports: ports.map((port, index) => ({
    id: portIdOf(id, port),
    width: 1,
    height: 1,
    // ELK counts ports clockwise: on the right-hand side from the top down.
    layoutOptions: { 'elk.port.side': 'EAST', 'elk.port.index': String(index) },
  })),
});
