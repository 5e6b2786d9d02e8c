import type { Run, RunNode } from '../../../../contracts/run.ts';
import { hasEnded } from './live.ts';

export interface MapItem {
  index: number;
  /** The nodes right inside the map for this item, in the definition's order. */
  nodes: RunNode[];
}

const indexOf = (iteration: string): number => Number(iteration.split('.').at(-1));

/** The items of a map that have begun, in order. */
export function itemsOf(run: Run, map: RunNode): MapItem[] {
  const outer = map.path.includes('.') ? `${map.iteration}.` : '';
  const inside = run.nodes.filter(({ path, iteration }) => {
    const direct = path.startsWith(`${map.path}.`) && !path.slice(map.path.length + 1).includes('.');
    return direct && iteration.startsWith(outer);
  });
  return [...Map.groupBy(inside, (node) => indexOf(node.iteration))]
    .map(([index, nodes]) => ({ index, nodes }))
    .sort((a, b) => a.index - b.index);
}

/** The iterations of one node over the items of the map that it stands in, in order. */
export function siblingsOf(run: Run, path: string, iteration: string): string[] {
  const outer = iteration.split('.').slice(0, -1).join('.');
  return run.nodes
    .filter((node) => node.path === path && node.iteration.split('.').slice(0, -1).join('.') === outer)
    .map((node) => node.iteration)
    .sort((a, b) => indexOf(a) - indexOf(b));
}

/** From the first start of some nodes to their last end; open while one of them is to come or runs. */
export function spanOf(nodes: readonly RunNode[]): { from: string | null; to: string | null } {
  const starts = nodes.flatMap((node) => node.startedAt ?? []).sort();
  const ends = nodes.flatMap((node) => node.endedAt ?? []).sort();
  const ended = nodes.every((node) => hasEnded(node.status));
  return { from: starts[0] ?? null, to: ended ? (ends.at(-1) ?? null) : null };
}
