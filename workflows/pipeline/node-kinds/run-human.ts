import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';

import { nodeKeyOf, type NodePlace } from '../../../contracts/place.ts';
import type { HumanPlan, PlanNode } from '../../../contracts/plan.ts';
import { approvalSettledSignal } from '../../messages.ts';
import { quick } from '../../proxies.ts';
import { afterPrompt, type ApprovalTimes, nextPrompt, type Prompt } from '../approval-times.ts';
import type { Engine, NodeRunner } from '../engine.ts';
import { isHistoryLong } from '../run-history.ts';
import type { PipelineRun } from '../run-state.ts';
import { stepOptions } from '../run-step.ts';

/** Takes the signals that decisions lead to. Every workflow that runs nodes listens from its beginning. */
export function listenForDecisions(run: PipelineRun): void {
  setHandler(approvalSettledSignal, ({ nodeKey }) => void run.settledApprovals.add(nodeKey));
}

/**
 * Asks people and waits: for the signal that they have decided, and for the times at which they are reminded, others are asked
 * too, or nobody is waited for any longer. How it ended is what its row says; signals and timers only make the workflow look.
 */
export const runHumanNode: NodeRunner = async (engine, { place, node }) => {
  const { run } = engine;
  if (node.human === undefined) throw new TypeError(`the human node ${node.id} has no plan`);
  const { pending, ...asked } = await ask(engine, place, node);
  let times: ApprovalTimes = asked;
  let isSettled = !pending;
  for (;;) {
    const due = isSettled ? 'settled' : await wait(run, place, node.human, times);
    if (due === 'draining') return 'drained';
    if (due === 'settled' || due.kind === 'expire') {
      run.settledApprovals.delete(nodeKeyOf(place));
      const { outcome, error } = await settle(engine, place, node, due !== 'settled');
      if (error !== undefined) throw ApplicationFailure.nonRetryable(error.message, error.type);
      if (outcome !== undefined) return { outcomes: [outcome] };
      isSettled = false;
      continue;
    }
    await send(engine, place, node, due);
    times = afterPrompt(times, due);
    run.draining ||= isHistoryLong(run);
  }
};

/** Until it is settled, or something is due. What waits goes on waiting in the next execution of the workflow. */
async function wait(
  run: PipelineRun,
  place: NodePlace,
  plan: HumanPlan,
  times: ApprovalTimes,
): Promise<'settled' | 'draining' | Prompt> {
  const nodeKey = nodeKeyOf(place);
  const isWoken = (): boolean => run.draining || run.settledApprovals.has(nodeKey);
  const next = nextPrompt(plan, times, Date.now());
  if (next === undefined) await condition(isWoken);
  else {
    const remainingMs = next.atMs - Date.now();
    const summary = `${nodeKey}: ${next.prompt.kind}`;
    if (!isWoken() && (remainingMs <= 0 || !(await condition(isWoken, remainingMs, { summary }))))
      return next.prompt;
  }
  return run.settledApprovals.has(nodeKey) ? 'settled' : 'draining';
}

function ask({ run }: Engine, place: NodePlace, node: PlanNode) {
  const options = stepOptions(run, place, node, { suffix: 'ask', what: 'ask people' });
  return run.outbox.carry((facts) =>
    quick.requestApproval.executeWithOptions(options, [{ runId: run.runId, place, facts }]),
  );
}

async function send({ run }: Engine, place: NodePlace, node: PlanNode, prompt: Prompt): Promise<void> {
  const number = prompt.kind === 'remind' ? prompt.number : 0;
  const options = stepOptions(run, place, node, {
    suffix: number === 0 ? 'escalate' : `remind.${number}`,
    what: number === 0 ? 'ask others too' : 'remind people',
  });
  await run.outbox.carry((facts) =>
    quick.promptApprovers.executeWithOptions(options, [{ runId: run.runId, place, number, facts }]),
  );
}

function settle({ run }: Engine, place: NodePlace, node: PlanNode, timeIsUp: boolean) {
  const options = stepOptions(run, place, node, {
    suffix: 'settle',
    what: timeIsUp ? 'the time is up' : 'people have decided',
  });
  return run.outbox.carry((facts) =>
    quick.settleApproval.executeWithOptions(options, [{ runId: run.runId, place, timeIsUp, facts }]),
  );
}
