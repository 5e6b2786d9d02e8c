import { effectKeyOf, type NodePlace } from '../../contracts/place.ts';
import type { PlanNode } from '../../contracts/plan.ts';
import { GRACE_MS, quick } from '../proxies.ts';
import { FACTS_PER_ACTIVITY } from './outbox.ts';
import type { PipelineRun } from './run-state.ts';

/** The server refuses summaries of more than 400 bytes. */
const LONGEST_NAME = 60;

/** What every activity about a node is called with, so that the engine's own page of the run reads well. */
export function stepOptions(
  run: PipelineRun,
  place: NodePlace,
  node: PlanNode,
  { suffix = '', what }: { suffix?: string; what?: string } = {},
) {
  const key = effectKeyOf(run.runId, place);
  const name =
    node.name?.slice(0, LONGEST_NAME) ?? [...place.path, ...place.indexes].join('.').slice(-LONGEST_NAME);
  return {
    activityId: suffix === '' ? key : `${key}/${suffix}`,
    summary: what === undefined ? name : `${name}: ${what}`,
  };
}

/** What an activity may need that ends its attempts itself, by the nodes' own timeouts, and begins no other one after a while. */
export const startToCloseOf = (...nodes: readonly PlanNode[]) => ({
  startToCloseTimeout: Math.max(...nodes.map(({ timeoutMs }) => timeoutMs)) + GRACE_MS,
});

/** Tells what waits, where no other activity is about to. */
export async function publishFacts(run: PipelineRun): Promise<void> {
  await run.outbox.carry((facts) => quick.publishFacts({ runId: run.runId, facts }));
}

/** Everything that is not certain to be told: the next execution, or the parent, knows nothing of it. */
export async function tellRest(run: PipelineRun): Promise<void> {
  const facts = run.outbox.unconfirmed();
  for (let from = 0; from < facts.length; from += FACTS_PER_ACTIVITY)
    await quick.publishFacts({ runId: run.runId, facts: facts.slice(from, from + FACTS_PER_ACTIVITY) });
}
