import { GatheringFailure } from '../../contracts/failure.ts';
import type { NodeKind, PipelineNode } from '../../contracts/pipeline.ts';
import { nodePathOf, type NodePlace } from '../../contracts/place.ts';
import type { PlanNode } from '../../contracts/plan.ts';
import type { RunRecord } from '../../store/run-records.ts';

const isOfKind = <Kind extends NodeKind>(
  node: PipelineNode | undefined,
  kinds: readonly Kind[],
): node is Extract<PipelineNode, { type: Kind }> => kinds.some((kind) => node?.type === kind);

/** The node of a definition that stands at a place, of one of these kinds. Plan and definition are pinned together, so it is there. */
export function nodeAt<Kind extends NodeKind>(
  { nodes }: RunRecord,
  place: NodePlace,
  ...kinds: readonly Kind[]
): Extract<PipelineNode, { type: Kind }> {
  const node = nodes.get(nodePathOf(place));
  if (isOfKind(node, kinds)) return node;
  throw new TypeError(`the run has no ${kinds.join(' or ')} at ${nodePathOf(place)}`);
}

export function planNodeAt({ graphs }: RunRecord, place: NodePlace): PlanNode {
  const node = graphs.get(place.path.slice(0, -1).join('.'))?.nodes.get(place.path.at(-1) ?? '');
  if (node === undefined) throw new TypeError(`the run's plan has no node ${nodePathOf(place)}`);
  return node;
}

/** Why an attempt ends that took longer than its node's timeout. */
export const noResultWithin = (timeoutMs: number): GatheringFailure =>
  new GatheringFailure('Unavailable', `There was no result within ${timeoutMs / 1000} seconds`);
