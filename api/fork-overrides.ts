import type { Graph } from '../contracts/graph/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts';
import { DEFAULT_PORT, type NodeOutcome, type PlanNode } from '../contracts/plan.ts';
import type { ProblemItem } from '../contracts/problem.ts';

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
  if (kind === 'human' && decidedPort(output) === undefined)
    return 'must say what people decided: { "decision": "approve" }, "reject" or "timeout"';
  return undefined;
}

const HUMAN_PORTS = new Map<unknown, string>([
  ['approve', 'approved'],
  ['reject', 'rejected'],
  ['timeout', 'timeout'],
]);

const decidedPort = (output: Json): string | undefined =>
  isJsonObject(output) ? HUMAN_PORTS.get(output['decision']) : undefined;

/** A node with an output given by hand has completed; where it goes on follows from that, as if it had given it itself. */
export function outcomeOfOverride(
  graph: Graph<PlanNode>,
  { id, output }: { id: string; output: Json },
): NodeOutcome {
  const kind = graph.nodes.get(id)?.kind;
  if (kind === 'condition') return { id, status: 'completed', port: output === true ? 'true' : 'false' };
  const port = kind === 'human' ? decidedPort(output) : DEFAULT_PORT;
  return { id, status: 'completed', port: port ?? DEFAULT_PORT };
}
