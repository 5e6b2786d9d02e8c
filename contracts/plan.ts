/** What the engine knows of a run: shapes and decisions, never a value. Free of zod, since every workflow loads it. */
import type { AgentLimits } from './agent.ts';
import type { Failure } from './failure.ts';
import type { NodeKind } from './pipeline.ts';
import type { NodePlace } from './place.ts';

/** What becomes of a run when a node has failed for good. */
export type OnError = 'fail' | 'continue' | 'route';

export interface MergePlan {
  mode: 'all' | 'first' | 'quorum';
  /** How many branches a quorum needs. */
  count?: number;
}

/** A graph inside a node: for each item of a map, or once for a node of kind `pipeline`. */
export interface MapPlan {
  concurrency: number;
  onError: 'fail' | 'continue';
  graph: PlanGraph;
  /** Another pipeline, by its id: it sees nothing of what is around it, and its `input` is the item. */
  pipelineId?: string;
  /** How long one item may take. */
  itemTimeoutMs?: number;
}

/** How long people are waited for, in milliseconds. */
export interface HumanPlan {
  timeoutMs?: number;
  remindAfterMs?: number;
  escalateAfterMs?: number;
  /** Of the definition: e-mail addresses and roles; absent: whoever may answer approvals. */
  approvers?: readonly string[];
  /** What the timeout leads to: its own port where an edge leaves by it. */
  onTimeout: 'port' | 'fail' | 'approve' | 'reject';
}

export interface PlanNode {
  id: string;
  /** For people, where it differs from the id. */
  name?: string;
  kind: NodeKind;
  /** Computed in a segment: its evaluation has no effect on the world. */
  pure: boolean;
  onError: OnError;
  /** Of one attempt. */
  timeoutMs: number;
  /** For `merge`. */
  merge?: MergePlan;
  /** For `agent`. */
  limits?: AgentLimits;
  /** For `map` and `pipeline`. */
  map?: MapPlan;
  /** For `human`. */
  human?: HumanPlan;
}

export interface PlanEdge {
  from: string;
  to: string;
  /** Absent: `default`. */
  port?: string;
}

export interface PlanGraph {
  nodes: readonly PlanNode[];
  edges: readonly PlanEdge[];
}

export const DEFAULT_PORT = 'default';
/** Where a failed node goes on whose `onError` is `route`. */
export const ERROR_PORT = 'error';

/** How a node ended. `port` is the one that its run goes on at; without it, it goes on at none. */
export interface NodeOutcome {
  id: string;
  status: 'completed' | 'failed' | 'skipped' | 'canceled';
  port?: string;
}

/** The one argument of `pipelineWorkflow`. */
export interface PipelineRunInput {
  runId: string;
  pipelineId: string;
  pipelineName: string;
  pipelineVersion: number;
  trigger: string;
  plan: PlanGraph;
  timeoutMs: number;
  costLimitUsd: number;
  /** At its start, for the engine's own search. */
  tags?: readonly string[];
  /** The run that it was forked from, or that started it. */
  parentRunId?: string;
  /** How many runs have started one another before; absent: somebody started it. */
  generation?: number;
  /** Continues as new after so many events of history, earlier than the server suggests it. */
  continueAfterEvents?: number;
  /** Of a fork: how the nodes of the outermost graph ended that it begins with, in the order in which that was decided. */
  takenOver?: readonly NodeOutcome[];
  /** Only after continue-as-new. */
  carried?: CarriedState;
}

/** That a run was paused or resumed; of two, the one with the higher revision is the later one. */
export interface PauseNotice {
  revision: number;
  paused: boolean;
}

/** The type of what an activity ends with that would have begun a node of a paused run; no failure of the node. */
export const RUN_PAUSED = 'RunPaused';

/** What is known of a run's pauses. */
export interface CarriedPause {
  revision: number;
  /** How long it was paused before. */
  pausedMs: number;
  /** Since when it is paused, in workflow time; absent: it is not. */
  sinceMs?: number;
}

/** What one execution of a run's workflow hands to the next: nothing is in flight at that moment. */
export interface CarriedState {
  /** Run time at which the run times out, in milliseconds since 1970: workflow time less the time for which it was paused. */
  deadlineMs: number;
  costUsd: number;
  /** Absent: it was never paused. */
  pause?: CarriedPause;
  /** One for each graph that is under way: the run's own, and those of the items of a map. */
  scopes: readonly {
    scope: NodePlace;
    outcomes: readonly NodeOutcome[];
    begun?: readonly string[];
    deadlineMs?: number;
  }[];
  maps: readonly { place: NodePlace; state: CarriedMap }[];
}

export interface CarriedMap {
  count: number;
  /** Index of the first item that has not started, or is not in a child workflow. */
  next: number;
  /** Items before `next` that are under way. */
  live: readonly number[];
  /** Items that failed, or cannot be run, and are left out. */
  failed: readonly number[];
  /** Workflow time at which it times out; absent: not before the run does. */
  deadlineMs?: number;
  /** Of a map whose items are shared out to child workflows: how many each gets. */
  childSize?: number;
  /** Children under way: the first item, and how far one has come that has handed it back. */
  children?: readonly { from: number; carried?: CarriedState }[];
}

/** The one argument of `mapItemsWorkflow`: some of the items of a map, as if it had carried them over from an execution before. */
export interface MapItemsInput extends PipelineRunInput {
  /** Of the map, which is the only node of `plan`. */
  place: NodePlace;
  carried: CarriedState;
}

/** `failed` are the items that are left out. */
export type MapItemsOutcome = { costUsd: number } & (
  | { status: 'completed'; failed: readonly number[] }
  | { status: 'failed'; failed: readonly number[]; error: Failure }
  | { status: 'drained'; carried: CarriedState }
);

export type RunEnd = 'completed' | 'failed' | 'canceled' | 'timed_out';

export interface RunOutcome {
  status: RunEnd;
  error?: Failure;
  costUsd: number;
}

/** What the query `getRunState` answers. */
export interface RunState {
  costUsd: number;
  nodes: Readonly<Record<string, NodeOutcome['status'] | 'running' | 'pending'>>;
  /** Places of the nodes that run, in maps too. */
  running: readonly string[];
}
