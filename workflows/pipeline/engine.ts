import type { Failure } from '../../contracts/failure.ts';
import type { Graph } from '../../contracts/graph/index.ts';
import type { NodePlace } from '../../contracts/place.ts';
import type { NodeOutcome, PlanGraph, PlanNode } from '../../contracts/plan.ts';
import type { SegmentQueue } from './run-segments.ts';
import type { PipelineRun } from './run-state.ts';
import type { Turns } from './run-turns.ts';

/** `drained`: what ran has ended, and the rest is for the next execution of the workflow. */
export type GraphEnd = { status: 'completed' } | { status: 'drained' } | { status: 'failed'; error: Failure };

/** What the nodes of a run are run with. */
export interface Engine {
  run: PipelineRun;
  segments: SegmentQueue;
  turns: Turns;
  /** @param timeoutMs how long the graph may take, where that is less than the run has left */
  runGraph: (engine: Engine, scope: NodePlace, plan: PlanGraph, timeoutMs?: number) => Promise<GraphEnd>;
}

/** Where a node is run. */
export interface NodeSite {
  place: NodePlace;
  node: PlanNode;
  /** In which it stands. */
  graph: Graph<PlanNode>;
}

/** What has been decided when a node has run: the node, and what was run together with it. */
export interface NodeEnd {
  outcomes: readonly NodeOutcome[];
  /** Of the last one, when that ends the graph. */
  error?: Failure;
}

/** Runs one node that has an effect. A rejection that is no cancellation means that it failed for good, and was told. */
export type NodeRunner = (engine: Engine, site: NodeSite) => Promise<NodeEnd | 'drained'>;
