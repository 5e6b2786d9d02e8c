import { condition } from '@temporalio/workflow';

import { nodeFact } from '../../../contracts/node-facts.ts';
import { nodeKeyOf } from '../../../contracts/place.ts';
import { DEFAULT_PORT } from '../../../contracts/plan.ts';
import { quick } from '../../proxies.ts';
import type { NodeRunner } from '../engine.ts';
import { stepOptions } from '../run-step.ts';

/** Waits on a timer of the engine's, which outlives every process. */
export const runDelayNode: NodeRunner = async ({ run }, { place, node }) => {
  const options = stepOptions(run, place, node, { suffix: 'start', what: 'work out the instant' });
  const { untilMs } = await run.outbox.carry((facts) =>
    quick.startDelay.executeWithOptions(options, [{ runId: run.runId, place, facts }]),
  );
  const remainingMs = untilMs - Date.now();
  const key = nodeKeyOf(place);
  run.delays.set(key, untilMs);
  const summary = `${node.id}: until ${new Date(untilMs).toISOString()}`;
  const isOver = remainingMs <= 0 || !(await condition(() => run.draining, remainingMs, { summary }));
  run.delays.delete(key);
  // What waits goes on waiting in the next execution of the workflow.
  if (!isOver) return 'drained';
  const subject = { runId: run.runId, place, kind: node.kind };
  const output = { until: new Date(untilMs).toISOString() };
  const completed = nodeFact(subject, 'node.completed', { output, port: DEFAULT_PORT });
  const end = stepOptions(run, place, node, { suffix: 'end', what: 'is over' });
  // Told before anything goes on, since what comes behind may read it.
  await run.outbox.carry((facts) =>
    quick.publishFacts.executeWithOptions(end, [{ runId: run.runId, facts: [...facts, completed] }]),
  );
  return { outcomes: [{ id: node.id, status: 'completed', port: DEFAULT_PORT }] };
};
