import type { Fact } from '../../contracts/event.ts';
import type { Failure } from '../../contracts/failure.ts';
import {
  failedOutcome,
  type Graph,
  isTaken,
  mergedBranches,
  type Progress,
  startProgress,
} from '../../contracts/graph/index.ts';
import type { Json } from '../../contracts/json.ts';
import { type FactSubject, nodeFact } from '../../contracts/node-facts.ts';
import { effectKeyOf, nodeIn, nodeKeyOf } from '../../contracts/place.ts';
import { DEFAULT_PORT, type NodeOutcome, type PlanNode } from '../../contracts/plan.ts';
import type { EvaluationResult, EvaluationTask } from '../../platform/expression/evaluation.ts';
import type { Values } from '../../store/effects.ts';
import type { RunRecord } from '../../store/run-records.ts';
import { failedFact } from '../engine/failed-fact.ts';
import { bindingsOf, inputOf, type NodeReads, type ReadsAt } from '../expression/bindings.ts';
import type { SegmentRequest, SegmentResult } from '../index.ts';

/** One node that can be computed. */
export interface Ready {
  node: PlanNode;
  /** Absent for what evaluates nothing, such as a merge. */
  task?: EvaluationTask;
}

/** What is pure and can be computed in one graph, round by round; values come from outside and stay here. */
export class Segment {
  readonly facts: Fact[] = [];
  private readonly record: RunRecord;
  private readonly request: SegmentRequest;
  private readonly readsAt: ReadsAt;
  private readonly now: string;
  private readonly graph: Graph<PlanNode>;
  private readonly progress: Progress;
  private readonly outcomes: NodeOutcome[] = [];
  private readonly outputs: Record<string, Json> = {};
  private items: Values['items'] = {};
  private error: Failure | undefined;

  constructor(record: RunRecord, request: SegmentRequest, readsAt: ReadsAt, now: string) {
    this.record = record;
    this.request = request;
    this.readsAt = readsAt;
    this.now = now;
    this.graph = graphAt(record, request);
    this.progress = startProgress(this.graph, request.decided);
  }

  /** What it must be given before its first round: outputs by `<path>/<iteration>`, items by `<path>/<iteration>/<index>`. */
  needs(): { reads: string[]; items: string[] } {
    const { graph, progress, readsAt } = this;
    return needsOf(this.record, this.request, { graph, progress, readsAt });
  }

  give({ outputs, items }: Values): void {
    Object.assign(this.outputs, outputs);
    this.items = items;
  }

  /** What can be computed next, in order; nothing: the segment has come to its end. */
  round(): Ready[] {
    if (this.error !== undefined) return [];
    return [...this.progress.ready]
      .flatMap((id) => this.graph.nodes.get(id) ?? [])
      .filter((node) => node.pure)
      .map((node) => {
        const task = this.taskOf(node);
        return task === undefined ? { node } : { node, task };
      });
  }

  /** Notes what a round gave, in its order. What comes after a node that ends the graph is not noted. */
  note(round: readonly Ready[], results: readonly (EvaluationResult | undefined)[]): void {
    round.forEach(({ node }, index) => {
      if (this.error !== undefined) return;
      const result = results[index];
      if (result === undefined) this.complete(node, this.passedOn(node));
      else if (result.ok) this.complete(node, result.value);
      else this.fail(node, result.failure);
    });
  }

  result(): SegmentResult {
    const { outcomes, error } = this;
    return error === undefined ? { outcomes } : { outcomes, error };
  }

  private complete(node: PlanNode, output: Json): void {
    const port = node.kind === 'condition' ? (output === true ? 'true' : 'false') : DEFAULT_PORT;
    this.outputs[this.keyOf(node.id)] = output;
    this.facts.push(nodeFact(this.subjectOf(node), 'node.completed', { output, port }));
    this.decide({ id: node.id, status: 'completed', port });
  }

  private fail(node: PlanNode, failure: Failure): void {
    const fact = failedFact(this.subjectOf(node), node.onError, failure);
    if (fact.output !== undefined) this.outputs[this.keyOf(node.id)] = fact.output;
    this.facts.push(fact);
    if (node.onError === 'fail') this.error = { ...failure, nodeId: node.id };
    this.decide(failedOutcome(node.id, node.kind, node.onError));
  }

  private decide(outcome: NodeOutcome): void {
    const skipped = this.progress.decide(outcome);
    this.outcomes.push(outcome);
    // Behind a node that ends the graph, the workflow says what becomes of the rest.
    if (this.error !== undefined) return;
    this.outcomes.push(...skipped);
    for (const { id } of skipped) {
      const node = this.graph.nodes.get(id);
      if (node !== undefined) this.facts.push(nodeFact(this.subjectOf(node), 'node.skipped', {}));
    }
  }

  private taskOf({ id }: PlanNode): EvaluationTask | undefined {
    const place = nodeIn(this.request.scope, id);
    const reads = this.readsAt(this.record, place);
    if (reads.what === undefined) return undefined;
    const bindings = bindingsOf(this.record, reads, { outputs: this.outputs, items: this.items });
    return { key: effectKeyOf(this.record.id, place), now: this.now, bindings, what: reads.what };
  }

  /** What a node hands on that evaluates nothing. */
  private passedOn(node: PlanNode): Json {
    if (node.kind === 'merge')
      return this.joined(node, new Set(mergedBranches(this.graph, this.progress, node.id)));
    if (node.kind === 'trigger') return this.inputAt(node);
    const taken = this.graph
      .incomingOf(node.id)
      .filter((edge) => {
        const outcome = this.progress.outcomeOf(edge.from);
        return outcome !== undefined && isTaken(edge, outcome);
      })
      .map(({ from }) => from);
    const [only] = taken;
    if (only === undefined) return this.inputAt(node);
    return taken.length === 1 ? (this.outputs[this.keyOf(only)] ?? null) : this.joined(node, new Set(taken));
  }

  private inputAt({ id }: PlanNode): Json {
    const { frame } = this.readsAt(this.record, nodeIn(this.request.scope, id));
    return inputOf(this.record, frame, { items: this.items });
  }

  /** Outputs of predecessors by their ids, in the order of the edges. */
  private joined({ id }: PlanNode, branches: ReadonlySet<string>): Json {
    const sources = new Set(this.graph.incomingOf(id).map(({ from }) => from));
    return Object.fromEntries(
      [...sources]
        .filter((from) => branches.has(from))
        .map((from) => [from, this.outputs[this.keyOf(from)] ?? null]),
    );
  }

  private keyOf(id: string): string {
    return nodeKeyOf(nodeIn(this.request.scope, id));
  }

  private subjectOf({ id, kind }: PlanNode): FactSubject {
    return { runId: this.record.id, place: nodeIn(this.request.scope, id), kind };
  }
}

function graphAt(record: RunRecord, { scope }: SegmentRequest): Graph<PlanNode> {
  const graph = record.graphs.get(scope.path.join('.'));
  if (graph === undefined) throw new TypeError(`the run has no graph at ${scope.path.join('.')}`);
  return graph;
}

/**
 * What the nodes read that may come to be computed: those that are ready and, behind them, whatever is pure. Own nodes are read
 * only where the workflow knew them to be decided, so that another attempt sees the same.
 */
function needsOf(
  record: RunRecord,
  { scope, decided }: SegmentRequest,
  { graph, progress, readsAt }: { graph: Graph<PlanNode>; progress: Progress; readsAt: ReadsAt },
): { reads: string[]; items: string[] } {
  const known = new Set(decided.map(({ id }) => id));
  const reads = new Set<string>();
  const items = new Set<string>();
  const seen = new Set<string>();
  const open = [...progress.ready];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = graph.nodes.get(id);
    if (node === undefined || !node.pure || seen.has(id)) continue;
    seen.add(id);
    const { keys, frame, ...read }: NodeReads = readsAt(record, nodeIn(scope, id));
    for (const [name, key] of keys) if (!graph.nodes.has(name) || known.has(name)) reads.add(key);
    for (const key of read.items) items.add(key);
    if ((node.kind === 'trigger' || node.kind === 'parallel') && frame.inputKey !== undefined)
      items.add(frame.inputKey);
    if (node.merge !== undefined || node.kind === 'parallel')
      for (const { from } of graph.incomingOf(id))
        if (known.has(from)) reads.add(nodeKeyOf(nodeIn(scope, from)));
    open.push(...graph.outgoingOf(id).map(({ to }) => to));
  }
  return { reads: [...reads], items: [...items] };
}
