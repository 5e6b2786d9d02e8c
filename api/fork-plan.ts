import { GatheringFailure } from '../contracts/failure.ts';
import { ancestorsOf, createGraph, type Fork, forkAt, type Graph } from '../contracts/graph/index.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { PlanNode } from '../contracts/plan.ts';
import type { ProblemItem } from '../contracts/problem.ts';
import type { ForkSource, TakenNode } from '../store/run-forks.ts';
import { outcomeOfOverride, overrideProblems } from './fork-overrides.ts';
import { refusal } from './middleware/parse-request.ts';

export interface ForkPoint {
  fromNode: string;
  overrides: JsonObject;
}

/**
 * What a fork takes over of its source, in the order of decisions.
 * @param graph what the fork runs, which may be another version than its source's
 * @throws GatheringFailure InvalidInput naming every culprit; Conflict where something before the node has not ended
 */
export function takenBy(
  { fromNode, overrides }: ForkPoint,
  source: ForkSource,
  { graph, version }: { graph: Graph<PlanNode>; version: number },
): TakenNode[] {
  if (!graph.nodes.has(fromNode)) throw refusal([noSuchNode(fromNode, source.workflowInput.plan)]);
  const before = ancestorsOf(graph, fromNode);
  const wrong = overrideProblems(graph, before, overrides);
  if (wrong.length > 0) throw refusal(wrong);

  const lost = lostNodes(source, graph, { fromNode, overrides });
  if (lost.length > 0) throw refusal(lost.map((nodeId) => lostNode(nodeId, version)));

  const byHand = new Map(
    Object.entries(overrides).map(([id, output]) => [id, outcomeOfOverride(graph, { id, output })]),
  );
  const recorded = source.ended.map((outcome) => byHand.get(outcome.id) ?? outcome);
  const ended = new Map([...recorded, ...byHand.values()].map((outcome) => [outcome.id, outcome]));
  const { takenOver, unfinished, isSkipped } = forkAt(graph, fromNode, [...ended.values()]);
  if (unfinished.length > 0) throw notEnded(unfinished, fromNode);
  if (isSkipped) throw new GatheringFailure('Conflict', `Nothing leads to "${fromNode}" with these outputs.`);
  return takenNodes(takenOver, graph, overrides);
}

const takenNodes = (
  takenOver: Fork['takenOver'],
  graph: Graph<PlanNode>,
  overrides: JsonObject,
): TakenNode[] =>
  takenOver.map((outcome) => {
    const output = overrides[outcome.id];
    return {
      ...outcome,
      kind: graph.nodes.get(outcome.id)?.kind ?? 'transform',
      ...(output === undefined || outcome.status === 'skipped' ? {} : { override: { output } }),
    };
  });

/** What the source would hand over and the other version does not have, or has as something else. */
function lostNodes(
  { ended, workflowInput: { plan } }: ForkSource,
  graph: Graph<PlanNode>,
  { fromNode, overrides }: ForkPoint,
): string[] {
  const own = createGraph(plan.nodes, plan.edges);
  return forkAt(own, fromNode, ended)
    .takenOver.filter(({ id, status }) => status !== 'skipped' && overrides[id] === undefined)
    .map(({ id }) => id)
    .filter((id) => graph.nodes.get(id)?.kind !== own.nodes.get(id)?.kind);
}

function noSuchNode(fromNode: string, { nodes }: { nodes: readonly PlanNode[] }): ProblemItem {
  const inside = nodes.find(({ map }) => map?.graph.nodes.some(({ id }) => id === fromNode));
  const message =
    inside === undefined
      ? `There is no node "${fromNode}" among the outermost ones`
      : `"${fromNode}" stands inside of "${inside.id}": fork at that one`;
  return { path: 'fromNode', message };
}

const lostNode = (nodeId: string, version: number): ProblemItem => ({
  ...{ path: 'version', nodeId },
  message: `Version ${version} has no node "${nodeId}" of the same kind, whose output would be taken over`,
});

function notEnded(unfinished: readonly string[], fromNode: string): GatheringFailure {
  const problems = unfinished.map((nodeId) => ({
    path: 'fromNode',
    nodeId,
    message: `"${nodeId}" has not ended`,
  }));
  const names = unfinished.map((id) => `"${id}"`).join(', ');
  return new GatheringFailure('Conflict', `Not everything before "${fromNode}" has ended: ${names}.`, {
    problems,
  });
}
