import type { Failure } from '../../contracts/failure.ts';
import type { NodePlace } from '../../contracts/place.ts';
import type { NodeOutcome, PlanGraph, PlanNode } from '../../contracts/plan.ts';
import type { SegmentQueue } from './run-segments.ts';
import type { PipelineRun } from './run-state.ts';

/** `drained`: what ran has ended, and the rest is for the next execution of the workflow. */
export type GraphEnd = { status: 'completed' } | { status: 'drained' } | { status: 'failed'; error: Failure };

/** What the nodes of a run are run with. */
export interface Engine {
  run: PipelineRun;
  segments: SegmentQueue;
  runGraph: (engine: Engine, scope: NodePlace, plan: PlanGraph) => Promise<GraphEnd>;
}

/** Runs one node that has an effect. A rejection that is no cancellation means that it failed for good, and was told. */
export type NodeRunner = (
  engine: Engine,
  place: NodePlace,
  node: PlanNode,
) => Promise<NodeOutcome | 'drained'>;
