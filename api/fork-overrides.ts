import type { Graph } from '../contracts/graph/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts';
import { DEFAULT_PORT, type NodeOutcome, type PlanNode } from '../contracts/plan.ts';
import type { ProblemItem } from '../contracts/problem.ts';
import type { ForkSource } from '../store/run-forks.ts';

/** What is wrong with outputs given by hand: each must be of a node before the one that is forked at, and lead somewhere. */
export function overrideProblems(
  graph: Graph<PlanNode>,
  before: ReadonlySet<string>,
  overrides: JsonObject,
): ProblemItem[] {
  return Object.entries(overrides).flatMap(([id, output]) => {
    const node = graph.nodes.get(id);
    const message = node === undefined ? 'is no outermost node' : problemOf(node, before, output);
    return message === undefined ? [] : [{ path: `overrides.${id}`, nodeId: id, message }];
  });
}

function problemOf({ id, kind }: PlanNode, before: ReadonlySet<string>, output: Json): string | undefined {
  if (!before.has(id)) return 'does not come before the node that is forked at';
  if (kind === 'condition' && typeof output !== 'boolean') return 'must be true or false: it is a condition';
  return undefined;
}

const HUMAN_PORTS: Readonly<Record<string, string>> = { approve: 'approved', reject: 'rejected' };

/** A node with an output given by hand has completed; where it goes on follows from that, as if it had given it itself. */
export function outcomeOfOverride(
  graph: Graph<PlanNode>,
  { id, output }: { id: string; output: Json },
  { ended }: Pick<ForkSource, 'ended'>,
): NodeOutcome {
  const kind = graph.nodes.get(id)?.kind;
  const recorded = ended.find((node) => node.id === id);
  if (kind === 'condition') return { id, status: 'completed', port: output === true ? 'true' : 'false' };
  if (kind !== 'human') return { id, status: 'completed', port: DEFAULT_PORT };
  const decision = isJsonObject(output) && typeof output['decision'] === 'string' ? output['decision'] : '';
  return { id, status: 'completed', port: HUMAN_PORTS[decision] ?? recorded?.port ?? 'approved' };
}
