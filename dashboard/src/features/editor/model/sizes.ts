import type { Point } from './changes.ts';
import type { DraftGraph } from './draft.ts';

export interface Box extends Point {
  width: number;
  height: number;
}

export const NODE_WIDTH = 216;
const HEADER = 52;
export const PORT_ROW = 24;
const BELOW_PORTS = 6;
const GAP = 28;

/** Where edges come in, and where the only one goes out. */
export const HEADER_MIDDLE = 26;

/** How far below the top of a node a port is. */
export const portMiddle = (ports: readonly string[], port: string): number =>
  ports.length <= 1 ? HEADER_MIDDLE : HEADER + Math.max(0, ports.indexOf(port)) * PORT_ROW + PORT_ROW / 2;

/** A node with one way out has its port beside its name; more have a row each. */
export const heightOf = (ports: number): number =>
  ports <= 1 ? HEADER : HEADER + ports * PORT_ROW + BELOW_PORTS;

const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width + GAP &&
  b.x < a.x + a.width + GAP &&
  a.y < b.y + b.height + GAP &&
  b.y < a.y + a.height + GAP;

/** The wanted place, or the next free one below it. */
export function freePlace(graph: DraftGraph, wanted: Point, portsOf: (id: string) => number): Point {
  const boxes = graph.nodes.flatMap(({ id, position }) =>
    position === undefined ? [] : [{ ...position, width: NODE_WIDTH, height: heightOf(portsOf(id)) }],
  );
  let { y } = wanted;
  const at = (): Box => ({ x: wanted.x, y, width: NODE_WIDTH, height: HEADER });
  for (
    let hit = boxes.find((box) => overlaps(box, at()));
    hit !== undefined;
    hit = boxes.find((box) => overlaps(box, at()))
  )
    y = hit.y + hit.height + GAP;
  return { x: wanted.x, y };
}
