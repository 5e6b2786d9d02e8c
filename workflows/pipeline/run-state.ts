import { createGraph, type Graph, type Progress, startProgress } from '../../contracts/graph/index.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import { nodeIn, nodeKeyOf, type NodePlace, TOP } from '../../contracts/place.ts';
import type {
  CarriedMap,
  CarriedState,
  NodeOutcome,
  PipelineRunInput,
  PlanGraph,
  PlanNode,
  RunState,
} from '../../contracts/plan.ts';
import type { Outbox } from './outbox.ts';
import { RunPause } from './run-pause.ts';

/** One graph that is under way: the run's own, or that of an item of a map. */
export interface LiveScope {
  readonly scope: NodePlace;
  readonly graph: Graph<PlanNode>;
  readonly progress: Progress;
  readonly running: Set<string>;
  /** Nodes that were under way in an execution before: they go on while the run is paused. */
  readonly begun: Set<string>;
  /** Run time at which it times out; undefined: not before the run does. */
  readonly deadlineMs: number | undefined;
}

/** Everything that a run's workflow remembers. It changes in the order of history only, so a replay gives the same. */
export class PipelineRun {
  readonly input: PipelineRunInput;
  readonly outbox: Outbox;
  /** In run time. */
  readonly deadlineMs: number;
  readonly pause: RunPause;
  costUsd: number;
  /** Nothing new is started: the workflow continues as new once what runs has ended. */
  draining = false;
  /** Node keys of approvals that have ended, until their nodes have looked. */
  readonly settledApprovals = new Set<string>();
  /** Node keys of delays, and until when they wait. */
  readonly delays = new Map<string, number>();
  private readonly scopes = new Map<string, LiveScope>();
  private readonly maps = new Map<string, { place: NodePlace; state: MapState }>();
  private readonly graphs = new Map<PlanGraph, Graph<PlanNode>>();
  private readonly carriedScopes = new Map<string, CarriedState['scopes'][number]>();

  constructor(input: PipelineRunInput, outbox: Outbox, nowMs: number) {
    const { carried } = input;
    this.input = input;
    this.outbox = outbox;
    this.pause = new RunPause(carried?.pause);
    this.deadlineMs = carried?.deadlineMs ?? nowMs + input.timeoutMs;
    this.costUsd = carried?.costUsd ?? 0;
    for (const carriedScope of carried?.scopes ?? [{ scope: TOP, outcomes: input.takenOver ?? [] }])
      this.carriedScopes.set(nodeKeyOf(carriedScope.scope), carriedScope);
    for (const { place, state } of carried?.maps ?? [])
      this.maps.set(nodeKeyOf(place), { place, state: mapStateOf(state) });
    if (carried === undefined) outbox.add([{ type: 'run.started', key: `${input.runId}/run.started` }]);
  }

  get runId(): string {
    return this.input.runId;
  }

  get remainingCostUsd(): number {
    return this.input.costLimitUsd - this.costUsd;
  }

  /** Run time: workflow time less the time for which the run was paused. */
  get nowMs(): number {
    return this.pause.runTimeMs(Date.now());
  }

  /** When something times out that begins now, in run time; undefined: not before the run does. */
  earlier(timeoutMs: number | undefined): number | undefined {
    const deadlineMs = this.nowMs + (timeoutMs ?? Number.POSITIVE_INFINITY);
    return deadlineMs < this.deadlineMs ? deadlineMs : undefined;
  }

  graphOf(plan: PlanGraph): Graph<PlanNode> {
    const known = this.graphs.get(plan) ?? createGraph(plan.nodes, plan.edges);
    this.graphs.set(plan, known);
    return known;
  }

  /**
   * Begins a graph, or takes it up where the execution before has left it.
   * @param deadlineMs run time at which it times out, if it begins now
   */
  enter(scope: NodePlace, plan: PlanGraph, deadlineMs?: number): LiveScope {
    const key = nodeKeyOf(scope);
    const graph = this.graphOf(plan);
    const carried = this.carriedScopes.get(key);
    const live = {
      ...{ scope, graph, running: new Set<string>(), begun: new Set(carried?.begun) },
      progress: startProgress(graph, carried?.outcomes),
      deadlineMs: carried === undefined ? deadlineMs : carried.deadlineMs,
    };
    this.carriedScopes.delete(key);
    this.scopes.set(key, live);
    return live;
  }

  /** Forgets a graph that has ended; one that is drained stays. */
  leave(live: LiveScope): void {
    this.scopes.delete(nodeKeyOf(live.scope));
  }

  /** Leaves a graph until it is entered again, as if an execution before had left it. */
  park(live: LiveScope): void {
    const key = nodeKeyOf(live.scope);
    this.scopes.delete(key);
    this.carriedScopes.set(key, carriedScopeOf(live));
  }

  /** Whether a graph that is not under way was begun before. */
  isParked(scope: NodePlace): boolean {
    return this.carriedScopes.has(nodeKeyOf(scope));
  }

  /** Notes how nodes ended that an activity has told of; what else is skipped because of it is told with the next one. */
  decide(live: LiveScope, outcomes: readonly NodeOutcome[]): void {
    const told = new Set(outcomes.map(({ id }) => id));
    for (const outcome of outcomes)
      this.tell(
        live,
        live.progress.decide(outcome).filter(({ id }) => !told.has(id)),
      );
  }

  /** Tells outcomes that only the workflow decides. */
  tell(live: LiveScope, outcomes: readonly NodeOutcome[]): void {
    this.outbox.add(
      outcomes.map(({ id, status }) => {
        const kind = live.graph.nodes.get(id)?.kind ?? 'transform';
        const subject = { runId: this.runId, place: nodeIn(live.scope, id), kind };
        return nodeFact(subject, status === 'canceled' ? 'node.canceled' : 'node.skipped', {});
      }),
    );
  }

  mapAt(place: NodePlace): MapState | undefined {
    return this.maps.get(nodeKeyOf(place))?.state;
  }

  beginMap(
    place: NodePlace,
    begun: Pick<MapState, 'count' | 'failed' | 'deadlineMs' | 'childSize'>,
  ): MapState {
    const state: MapState = { ...begun, next: 0, live: new Set(), children: new Map() };
    this.maps.set(nodeKeyOf(place), { place, state });
    return state;
  }

  endMap(place: NodePlace): void {
    this.maps.delete(nodeKeyOf(place));
  }

  /** What the next execution goes on with, once everything is drained. */
  carry(): CarriedState {
    return {
      deadlineMs: this.deadlineMs,
      costUsd: this.costUsd,
      pause: this.pause.carry(),
      scopes: [...[...this.scopes.values()].map(carriedScopeOf), ...this.carriedScopes.values()],
      maps: [...this.maps.values()].map(({ place, state }) => ({
        place,
        state: carriedMapOf(state),
      })),
    };
  }

  /** Answers `getRunState`. */
  describe(): RunState {
    const top = [...this.scopes.values()].find(({ scope }) => scope.path.length === 0);
    const nodes = [...(top?.graph.nodes.keys() ?? [])].map((id) => [id, statusIn(top, id)] as const);
    return {
      costUsd: this.costUsd,
      nodes: Object.fromEntries(nodes),
      running: [...this.scopes.values()].flatMap(({ scope, running }) =>
        [...running].map((id) => nodeKeyOf(nodeIn(scope, id))),
      ),
    };
  }
}

/** A map under way; see `CarriedMap`. */
export interface MapState extends Pick<CarriedMap, 'count' | 'deadlineMs' | 'childSize'> {
  next: number;
  live: Set<number>;
  failed: Set<number>;
  /** By their first items. */
  children: Map<number, CarriedState | undefined>;
}

const carriedScopeOf = ({ scope, progress, begun, deadlineMs }: LiveScope) => ({
  ...{ scope, outcomes: progress.outcomes, begun: [...begun] },
  ...(deadlineMs === undefined ? {} : { deadlineMs }),
});

const mapStateOf = ({ live, failed, children, ...state }: CarriedMap): MapState => ({
  ...state,
  live: new Set(live),
  failed: new Set(failed),
  children: new Map(children?.map(({ from, carried }) => [from, carried])),
});

const carriedMapOf = ({ live, failed, children, ...state }: MapState): CarriedMap => ({
  ...{ ...state, live: [...live], failed: [...failed] },
  ...(state.childSize === undefined ? {} : { children: [...children].map(carriedChildOf) }),
});

const carriedChildOf = ([from, carried]: readonly [number, CarriedState | undefined]) =>
  carried === undefined ? { from } : { from, carried };

function statusIn(top: LiveScope | undefined, id: string): RunState['nodes'][string] {
  return top?.progress.outcomeOf(id)?.status ?? (top?.running.has(id) === true ? 'running' : 'pending');
}
