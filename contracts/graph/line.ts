import { DEFAULT_PORT } from '../plan.ts';
import type { Graph, GraphNode } from './graph.ts';

/**
 * The nodes that follow one another from a node on, itself left out: each the only one that the one before goes on to, and
 * going on from nothing else. So nobody but the one before decides when such a node runs.
 * @param belongs a node that does not belong ends the line
 * @param most how many nodes at most
 */
export function lineFrom<Node extends GraphNode>(
  graph: Graph<Node>,
  id: string,
  { belongs, most }: { belongs: (node: Node) => boolean; most: number },
): Node[] {
  const line: Node[] = [];
  for (let at = id; line.length < most;) {
    const followers = graph.outgoingOf(at).filter(({ port = DEFAULT_PORT }) => port === DEFAULT_PORT);
    const [only] = followers;
    const next = only === undefined ? undefined : graph.nodes.get(only.to);
    if (next === undefined || followers.length > 1 || !belongs(next)) break;
    if (next.merge !== undefined || graph.incomingOf(next.id).length > 1) break;
    line.push(next);
    at = next.id;
  }
  return line;
}
