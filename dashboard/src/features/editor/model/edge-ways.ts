import type { Point } from './changes.ts';
import { type Box, HEADER_MIDDLE, portMiddle } from './sizes.ts';

/** What an edge leads out of and into. */
export interface Ends {
  from: Box & { ports: readonly string[] };
  port: string;
  to: Box;
}

/** How far from a node an edge turns at the least. */
const TURN = 26;
const CLEAR = 6;

export const startOf = ({ from, port }: Ends): Point => ({
  x: from.x + from.width,
  y: from.y + portMiddle(from.ports, port),
});
export const endOf = ({ to }: Ends): Point => ({ x: to.x, y: to.y + HEADER_MIDDLE });

/**
 * Where an edge that leads on to the right is best to turn: half way, unless it would go through other nodes there; then close to
 * one of its ends. Undefined for an edge that leads back.
 */
export function turnOf(ends: Ends, others: readonly Box[]): number | undefined {
  const [start, end] = [startOf(ends), endOf(ends)];
  if (end.x - start.x < 2 * TURN) return undefined;
  const turns = [(start.x + end.x) / 2, end.x - TURN, start.x + TURN];
  const between = others.filter((box) => box.x < end.x && box.x + box.width > start.x);
  let best: { x: number; hits: number } | undefined;
  for (const x of turns) {
    const hits = between.filter((box) => crosses(box, start, end, x)).length;
    if (best === undefined || hits < best.hits) best = { x, hits };
    if (hits === 0) break;
  }
  return best?.x;
}

/** Out at the height of its start, down or up at `turn`, in at the height of its end. */
function crosses(box: Box, start: Point, end: Point, turn: number): boolean {
  const [left, right] = [box.x - CLEAR, box.x + box.width + CLEAR];
  const [top, bottom] = [box.y - CLEAR, box.y + box.height + CLEAR];
  const within = (y: number) => y > top && y < bottom;
  if (within(start.y) && left < turn && right > start.x) return true;
  if (within(end.y) && right > turn && left < end.x) return true;
  const [high, low] = [Math.min(start.y, end.y), Math.max(start.y, end.y)];
  return turn > left && turn < right && low > top && high < bottom;
}
